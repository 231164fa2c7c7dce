/**
 * Goal: each file that is in a folder, or comes to it, is read once and whole, by one of the subtasks; blocks say where they are from.
 * Method: real files; looks at the folder happen when the test moves the time.
 */
import {appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {BlockOrigin} from '../../../src/columns/index.js'
import {FolderSource} from '../../../src/connectors/sources/folder/folder-source.js'
import type {FolderSplit} from '../../../src/connectors/sources/folder/folder-split.js'
import {TailSource} from '../../../src/connectors/sources/tail/tail-source.js'
import {TaskMetrics} from '../../../src/metrics/index.js'
import type {OperatorContext, Output, SourceOperator} from '../../../src/operators/index.js'
import {ManualTimers} from '../../support/manual-timers.js'

const CONFIG = {blockSizeBytes: 64, maxLineBytes: 1024, socketMaxRetries: 0, socketRetryDelayMs: 1}

let folder: string
let timers: ManualTimers
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-folder-'))
  timers = new ManualTimers()
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

interface Block {
  readonly text: string
  readonly origin: BlockOrigin
}

/** Drives a source; `look` gives the blocks that came since. */
class Driver {
  readonly metrics = new TaskMetrics()
  private blocks: Block[] = []
  private onWake = () => {}

  constructor(
    private readonly source: SourceOperator,
    ...splits: readonly unknown[]
  ) {
    const output = {
      emit: (batch: {bytes: Uint8Array; origin: BlockOrigin}) =>
        this.blocks.push({text: Buffer.from(batch.bytes).toString(), origin: batch.origin}),
    }
    const context = {metrics: this.metrics, nowMs: () => 0, report: () => {}, wake: () => this.onWake()}
    source.open(context as unknown as OperatorContext, output as unknown as Output)
    for (const data of splits) {
      expect(source.wantsSplit()).toBe(true)
      source.addSplit({kind: 'program', splitId: 0, data})
    }
  }

  look(): Block[] {
    timers.advance(1000)
    while (this.source.poll() === 'more');
    const {blocks} = this
    this.blocks = []
    return blocks
  }

  /** Looks until a block has come, e.g. out of a decompressor. */
  async next(): Promise<Block[]> {
    for (let blocks = this.look(); ; blocks = this.look()) {
      if (blocks.length > 0) return blocks
      await new Promise<void>((resolve) => {
        this.onWake = resolve
      })
    }
  }

  texts(): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const {text, origin} of this.look())
      texts[origin.input.slice(folder.length + 1)] = (texts[origin.input.slice(folder.length + 1)] ?? '') + text
    return texts
  }
}

function watch(split: Partial<FolderSplit> = {}): Driver {
  const source = new FolderSource(CONFIG, timers)
  const data: FolderSplit = {path: folder, isRecursive: false, index: 0, count: 1, intervalMs: 1000, ...split}
  const driver = new Driver(source, data)
  source.noMoreSplits()
  expect(source.wantsSplit()).toBe(false)
  return driver
}

describe('FolderSource', () => {
  it('reads the files that are there and those that come, each once', () => {
    writeFileSync(join(folder, 'b.txt'), 'b\n')
    writeFileSync(join(folder, 'a.txt'), 'a')
    const driver = watch()
    expect(driver.texts()).toEqual({})
    expect(driver.texts()).toEqual({'a.txt': 'a', 'b.txt': 'b\n'})
    writeFileSync(join(folder, 'c.txt'), 'c\n')
    driver.look()
    expect(driver.texts()).toEqual({'c.txt': 'c\n'})
    appendFileSync(join(folder, 'a.txt'), 'more')
    driver.look()
    expect(driver.texts()).toEqual({})
    expect(driver.metrics.get('sourceRecords')).toBe(3)
  })

  it('waits until a file does not change any more', () => {
    const driver = watch()
    writeFileSync(join(folder, 'a.txt'), 'one\n')
    expect(driver.texts()).toEqual({})
    appendFileSync(join(folder, 'a.txt'), 'two\n')
    expect(driver.texts()).toEqual({})
    expect(driver.texts()).toEqual({'a.txt': 'one\ntwo\n'})
  })

  it('leaves out hidden names, and folders in the folder unless told otherwise', () => {
    mkdirSync(join(folder, 'sub'))
    for (const name of ['.a.tmp', '_b', 'sub/c.txt', 'd.txt']) writeFileSync(join(folder, name), `${name}\n`)
    const [flat, deep] = [watch(), watch({isRecursive: true})]
    flat.look()
    deep.look()
    expect(Object.keys(flat.texts())).toEqual(['d.txt'])
    expect(Object.keys(deep.texts())).toEqual(['d.txt', 'sub/c.txt'])
    renameSync(join(folder, '.a.tmp'), join(folder, 'a.txt'))
    flat.look()
    expect(flat.texts()).toEqual({'a.txt': '.a.tmp\n'})
  })

  it('shares the files between subtasks', () => {
    const names = Array.from({length: 20}, (_, index) => `file-${index}`)
    for (const name of names) writeFileSync(join(folder, name), `${name}\n`)
    const drivers = [0, 1, 2].map((index) => watch({index, count: 3}))
    for (const driver of drivers) driver.look()
    const shares = drivers.map((driver) => Object.keys(driver.texts()))
    expect(shares.flat().sort()).toEqual([...names].sort())
    for (const share of shares) expect(share.length).toBeGreaterThan(0)
  })

  it('reads compressed files and waits for a folder that is not there', async () => {
    const path = join(folder, 'later')
    const driver = watch({path})
    expect(driver.look()).toEqual([])
    mkdirSync(path)
    writeFileSync(join(path, 'a.gz'), gzipSync('packed\n'))
    driver.look()
    const [{text, origin}] = await driver.next()
    expect(text).toBe('packed\n')
    expect(origin.input).toBe(join(path, 'a.gz'))
  })
})

describe('TailSource', () => {
  const tailOf = (path: string) => ({path, from: 'end', pollIntervalMs: 1000, rotateWaitMs: 5000})

  it('gives blocks of whole lines that say where they are from', () => {
    const path = join(folder, 'app.log')
    writeFileSync(path, 'old\n')
    const driver = new Driver(new TailSource(CONFIG, timers), tailOf(path))
    expect(driver.look()).toEqual([])
    appendFileSync(path, 'a\nb\nhal')
    expect(driver.look()).toEqual([
      {text: 'a\nb\n', origin: {input: path, startByte: 4, endsSplit: false, isCut: false}},
    ])
    appendFileSync(path, 'f\n')
    expect(driver.look()).toEqual([
      {text: 'half\n', origin: {input: path, startByte: 8, endsSplit: false, isCut: false}},
    ])
    expect(driver.metrics.get('sourceRecords')).toBe(3)
  })

  it('reads several files side by side', () => {
    const paths = ['a.log', 'b.log'].map((name) => join(folder, name))
    const driver = new Driver(new TailSource(CONFIG, timers), ...paths.map(tailOf))
    driver.look()
    for (const path of paths) writeFileSync(path, 'x\n')
    expect(driver.texts()).toEqual({'a.log': 'x\n', 'b.log': 'x\n'})
    for (const path of paths) appendFileSync(path, 'y\n')
    expect(driver.texts()).toEqual({'a.log': 'y\n', 'b.log': 'y\n'})
  })
})
