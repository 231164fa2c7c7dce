/**
 * Goal: blocks of lines are whole, say where in the input they are from, and end each split with a block that says so.
 * Method: real files through the source with blocks of a few bytes.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {BlockOrigin} from '../../../src/columns/index.js'
import {LinesSource} from '../../../src/connectors/sources/lines-source.js'
import type {Split} from '../../../src/core/index.js'
import {TaskMetrics} from '../../../src/metrics/index.js'
import type {OperatorContext, Output} from '../../../src/operators/index.js'
import {ManualTimers} from '../../support/manual-timers.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-lines-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

function splitOf(name: string, content: string, range: {startByte?: number; endByte?: number} = {}): Split {
  const path = join(folder, name)
  const isPacked = name.endsWith('.gz')
  const bytes = isPacked ? gzipSync(content) : Buffer.from(content)
  writeFileSync(path, bytes)
  const {startByte = 0, endByte = bytes.length} = range
  return {
    kind: 'file',
    splitId: 0,
    path,
    startByte,
    endByte,
    fileSizeBytes: bytes.length,
    compression: isPacked ? 'gzip' : 'none',
  }
}

interface Block {
  readonly text: string
  readonly rowCount: number
  readonly origin: BlockOrigin
}

async function read(splits: readonly Split[], blockSizeBytes = 16, maxLineBytes = 64) {
  const blocks: Block[] = []
  const metrics = new TaskMetrics()
  let wake = () => {}
  const emit = ({bytes, rowCount, origin}: {bytes: Uint8Array; rowCount: number; origin: BlockOrigin}) =>
    blocks.push({text: Buffer.from(bytes).toString(), rowCount, origin})
  const source = new LinesSource(
    {blockSizeBytes, maxLineBytes, socketMaxRetries: 0, socketRetryDelayMs: 1},
    new ManualTimers(),
  )
  source.open({metrics, wake: () => wake()} as unknown as OperatorContext, {emit} as unknown as Output)
  for (const split of splits) source.addSplit(split)
  source.noMoreSplits()
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const next = source.poll()
      if (next === 'end') return {blocks, metrics}
      if (next === 'wait') await woken
    }
  } finally {
    source.close()
  }
}

describe('LinesSource', () => {
  it('cuts at line ends and tells offsets', async () => {
    const text = 'one\ntwo two two\nthree\nfour four four four\nfive'
    const {blocks, metrics} = await read([splitOf('a', text)])
    expect(blocks.map((block) => block.text).join('')).toBe(text)
    for (const {text: part, rowCount, origin} of blocks) {
      expect(text.slice(origin.startByte, origin.startByte + part.length)).toBe(part)
      expect(rowCount).toBe(part.split('\n').filter((line) => line !== '').length)
    }
    expect(blocks.map(({origin}) => origin.endsSplit)).toEqual([...blocks.slice(1).map(() => false), true])
    expect(metrics.get('sourceRecords')).toBe(5)
    expect(metrics.get('sourceBytes')).toBe(text.length)
    expect(metrics.get('progressBytes')).toBe(text.length)
  })

  it('knows where a later split begins, and that an earlier one was cut', async () => {
    const text = 'first\nsecond\nthird\n'
    const {blocks} = await read([splitOf('b', text, {endByte: 8}), splitOf('b', text, {startByte: 8})])
    expect(blocks.map(({text: part, origin}) => [part, origin.startByte, origin.endsSplit, origin.isCut])).toEqual([
      ['first\n', 0, false, false],
      ['second\n', 6, false, false],
      ['', 13, true, true],
      ['third\n', 13, false, false],
      ['', 19, true, false],
    ])
  })

  it('reads compressed files, and files without a line', async () => {
    const {blocks, metrics} = await read([splitOf('c.gz', 'x\ny'), splitOf('empty', '')])
    expect(blocks.map((block) => block.text).join('')).toBe('x\ny')
    expect(blocks.at(-1)?.origin).toEqual({input: join(folder, 'c.gz'), startByte: 2, endsSplit: true, isCut: false})
    expect(metrics.get('progressSplits')).toBe(2)
  })

  it('cuts text that knows only carriage returns at these', async () => {
    const text = 'aaaa\rbbbb\rcccc\rdddd\reeee\r'
    const {blocks} = await read([splitOf('d', text)], 8)
    expect(blocks.map((block) => block.text).join('')).toBe(text)
    expect(blocks.length).toBeGreaterThan(2)
  })

  it('refuses a line without end', async () => {
    await expect(read([splitOf('e', 'x'.repeat(300))])).rejects.toThrow(
      /e has a line of more than 64 bytes \(at byte 0\)/,
    )
  })
})
