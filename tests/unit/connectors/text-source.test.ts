/**
 * Goal: the text source gives every byte of its splits once, in blocks that end at white space, and counts lines.
 * Method: real files, pipes of bytes through gzip and zstd, a real TCP server; an output that collects blocks.
 */
import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {TextSource, type TextSourceConfig} from '../../../src/connectors/sources/text-source.js'
import type {Split} from '../../../src/core/index.js'
import {TaskMetrics} from '../../../src/metrics/index.js'
import type {OperatorContext, Output} from '../../../src/operators/index.js'
import type {Timers} from '../../../src/platform/index.js'

const CONFIG: TextSourceConfig = {blockSizeBytes: 16, maxWordBytes: 64, socketMaxRetries: 1, socketRetryDelayMs: 1}

const timers: Timers = {
  after: (delayMs, callback) => {
    const handle = setTimeout(callback, delayMs)
    return {cancel: () => clearTimeout(handle)}
  },
  every: () => ({cancel: () => {}}),
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-text-source-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

function fileSplit(name: string, content: Uint8Array | string, compression: 'none' | 'gzip' | 'zstd' = 'none'): Split {
  const path = join(folder, name)
  const bytes = Buffer.from(content)
  writeFileSync(path, bytes)
  return {
    kind: 'file',
    splitId: 0,
    path,
    startByte: 0,
    endByte: bytes.length,
    fileSizeBytes: bytes.length,
    compression,
  }
}

/** Runs the source to its end; resolves with what came out. */
async function readAll(split: Split, config: Partial<TextSourceConfig> = {}) {
  const blocks: string[] = []
  const metrics = new TaskMetrics()
  let rows = 0
  const output: Output = {
    emit: (batch) => {
      if (batch.kind === 'bytes') blocks.push(Buffer.from(batch.bytes).toString('latin1'))
      rows += batch.rowCount
    },
    emitControl: () => {},
    hasRoom: () => true,
    reserveBytes: () => undefined,
  }
  const source = new TextSource({...CONFIG, ...config}, timers)
  let woken = () => {}
  const reports: Record<string, number> = {}
  const report = (key: string, count: number) => void (reports[key] = count)
  const context = {metrics, report, wake: () => woken()} as unknown as OperatorContext
  source.open(context, output)
  source.addSplit(split)
  source.noMoreSplits()
  try {
    for (;;) {
      const wake = new Promise<void>((resolve) => {
        woken = resolve
      })
      const next = source.poll()
      if (next === 'end') break
      if (next === 'wait') await wake
    }
  } finally {
    source.close()
  }
  return {blocks, text: blocks.join(''), rows, metrics, reports}
}

describe('TextSource', () => {
  it('cuts blocks behind white space and counts lines, the last one without a newline too', async () => {
    const text = 'one two three\r\nfour five six seven\n\neight nine ten'
    const {blocks, rows, metrics} = await readAll(fileSplit('plain', text))
    expect(blocks.join('')).toBe(text)
    for (const block of blocks.slice(0, -1)) expect(block).toMatch(/\s$/)
    expect(rows).toBe(4)
    expect(metrics.get('sourceRecords')).toBe(4)
    expect(metrics.get('sourceBytes')).toBe(text.length)
    expect(metrics.get('progressBytes')).toBe(text.length)
  })

  it.each([
    ['', 0],
    ['\n', 1],
    ['a\n', 1],
    ['a ', 1],
    ['a \n\n', 2],
    ['a\0b', 1],
  ])('reads %j as %i lines', async (text, lines) => {
    const read = await readAll(fileSplit('small', text))
    expect(read).toMatchObject({text, rows: lines})
  })

  it.each([
    ['in the middle of a split', 0, 100, 'one two\n', 92],
    ['where a split begins', 8, 100, '', 92],
    ['before a split', 50, 100, '', 50],
    ['not at all', 0, 8, 'one two\n', 0],
  ])('tells what is missing of a file that now ends %s', async (_where, startByte, endByte, text, missing) => {
    const split = {...fileSplit('shrunk', 'one two\n'), startByte, endByte, fileSizeBytes: 100} as Split
    const read = await readAll(split)
    expect([read.text, read.reports]).toEqual([text, missing === 0 ? {} : {missingInputBytes: missing}])
  })

  it('reads a named pipe whose writer comes later, and a file that does not tell its size', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const whole = {startByte: 0, endByte: 0, fileSizeBytes: 0, compression: 'none', isStream: true} as const
    const read = readAll({kind: 'file', splitId: 0, path, ...whole})
    await new Promise((resolve) => setImmediate(resolve))
    await writeFile(path, 'one two\nthree')
    expect(await read).toMatchObject({text: 'one two\nthree', rows: 2})
    const version = await readAll({kind: 'file', splitId: 0, path: '/proc/version', ...whole}, {maxWordBytes: 1000})
    expect(version.text).toBe(readFileSync('/proc/version', 'latin1'))
  })

  it('refuses a word that would not fit in memory', async () => {
    await expect(readAll(fileSplit('long', 'x'.repeat(1000)))).rejects.toMatchObject({code: 'FTS_WORD_TOO_LONG'})
  })

  it('reads gzip, also of several members', async () => {
    const zipped = Buffer.concat([gzipSync('alpha beta\n'), gzipSync('gamma\n')])
    const {text, metrics} = await readAll(fileSplit('zipped.gz', zipped, 'gzip'))
    expect(text).toBe('alpha beta\ngamma\n')
    expect(metrics.get('progressBytes')).toBe(zipped.length)
  })

  it('reads zstd', async () => {
    const {text} = await readAll(fileSplit('packed.zst', zstdRawFrame('alpha beta\ngamma\n'), 'zstd'))
    expect(text).toBe('alpha beta\ngamma\n')
  })

  it('says which file is no gzip, and which one is cut off', async () => {
    await expect(readAll(fileSplit('not.gz', 'plain text', 'gzip'))).rejects.toMatchObject({code: 'FTS_CORRUPT_INPUT'})
    const cut = gzipSync('alpha beta gamma delta\n').subarray(0, 20)
    await expect(readAll(fileSplit('cut.gz', cut, 'gzip'))).rejects.toMatchObject({code: 'FTS_CORRUPT_INPUT'})
  })

  it('reads a socket until the server closes', async () => {
    const server = createServer((socket) => socket.end('alpha beta\ngamma'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as {port: number}
    const {text, rows} = await readAll({kind: 'socket', splitId: 0, host: '127.0.0.1', port})
    expect({text, rows}).toEqual({text: 'alpha beta\ngamma', rows: 2})
    server.close()
  })

  it('gives up on a port without listener after its retries', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as {port: number}
    server.close()
    await once(server, 'close')
    const attempt = readAll({kind: 'socket', splitId: 0, host: '127.0.0.1', port})
    await expect(attempt).rejects.toMatchObject({code: 'FTS_CANNOT_CONNECT', details: {attempts: 2}})
  })
})

/** A zstd frame with one raw block: RFC 8878, section 3.1.1. */
function zstdRawFrame(text: string): Buffer {
  const content = Buffer.from(text)
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
  const header = Buffer.from([0x20, content.length])
  const block = (content.length << 3) | 1
  return Buffer.concat([magic, header, Buffer.from([block & 0xff, (block >> 8) & 0xff, block >> 16]), content])
}
