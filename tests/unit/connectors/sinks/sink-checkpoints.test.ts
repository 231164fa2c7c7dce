/**
 * Goal: an output is exactly what the undisturbed run writes, whatever was written behind the last checkpoint before an attempt was killed or
 * cancelled: into one file, into part files, and to an output that cannot be taken back.
 * Method: real sinks on real files, driven as a task does; an attempt writes, takes snapshots, is left as a killed process leaves it, and the
 * next one is restored from the last completed checkpoint. Moments are chosen by fast-check; whole outputs are compared.
 */
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {BytesSink} from '../../../../src/connectors/sinks/bytes-sink.js'
import {StagedOutput, takeOverStaged} from '../../../../src/connectors/sinks/staged-output.js'
import {type OperatorListState, operatorId} from '../../../../src/core/index.js'
import {NodeDisk, NodeTimers, removeUnfinished} from '../../../../src/platform/index.js'
import {propertyOptions} from '../../../support/property-options.js'
import {SinkDriver} from '../../../support/sink-driver.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-sink-checkpoints-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const timers = new NodeTimers()
const restoredFrom = (lists: readonly OperatorListState[] | undefined) =>
  lists === undefined ? {} : {restored: {operatorId: operatorId('sink'), keyed: [], lists}}

/** What an attempt does: lines to write, checkpoints to complete, then how it ends. */
const attempt = fc.record({
  steps: fc.array(fc.constantFrom('write', 'snapshot', 'snapshot and complete'), {maxLength: 8}),
  end: fc.constantFrom('killed', 'closed'),
})

describe('a file', () => {
  const sinkOf = (path: string, lists: readonly OperatorListState[] | undefined) =>
    new SinkDriver(new BytesSink({target: {kind: 'file', path}, header: 'begin\n', pendingBytesMax: 1000}, timers), {
      checkpointMode: 'exactlyOnce',
      ownedFolder: join(folder, 'owned'),
      ...restoredFrom(lists),
    }).open()
  beforeEach(() => mkdirSync(join(folder, 'owned')))

  it('has what the last checkpoint had, and what came after the restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, {maxLength: 4}), async (attempts) => {
        const path = join(mkdtempSync(join(folder, 'run-')), 'out.txt')
        let checkpoint: {readonly next: number; readonly lists: readonly OperatorListState[]} | undefined
        let id = 0
        for (const {steps, end} of attempts) {
          const driver = sinkOf(path, checkpoint?.lists)
          let next = checkpoint?.next ?? 0
          for (const step of steps) {
            if (step === 'write') await driver.text(`line ${next++}\n`)
            else {
              const lists = await driver.snapshot(++id)
              if (step === 'snapshot and complete') checkpoint = {next, lists}
            }
          }
          // A killed process closes nothing; what it had in flight is out or not.
          if (end === 'closed') driver.close()
        }
        const last = sinkOf(path, checkpoint?.lists)
        for (let next = checkpoint?.next ?? 0; next < 12; next++) await last.text(`line ${next}\n`)
        await last.finish()
        last.close()
        const lines = Array.from({length: Math.max(12, checkpoint?.next ?? 0)}, (_, index) => `line ${index}\n`)
        expect(readFileSync(path, 'utf8')).toBe(`begin\n${lines.join('')}`)
      }),
      propertyOptions(40),
    )
  })

  it('is made again when attempt after attempt failed only after it had its name', async () => {
    const path = join(folder, 'out.txt')
    const first = sinkOf(path, undefined)
    await first.text('one\n')
    const lists = await first.snapshot(1)
    await first.text('two\n')
    await first.finish()
    expect(readFileSync(path, 'utf8')).toBe('begin\none\ntwo\n')
    for (const line of ['two again\n', 'two once more\n', 'two\n']) {
      const before = readFileSync(path, 'utf8')
      const next = sinkOf(path, lists)
      await next.text(line)
      // Until it is complete, the result of the attempt before stands.
      expect(readFileSync(path, 'utf8')).toBe(before)
      await next.finish()
      next.close()
      expect(readFileSync(path, 'utf8')).toBe(`begin\none\n${line}`)
    }
    expect(readdirSync(folder).sort()).toEqual(['out.txt', 'owned'])
  })

  it('refuses to go on where somebody has removed what was written', async () => {
    const path = join(folder, 'out.txt')
    const first = sinkOf(path, undefined)
    await first.text('one\n')
    const lists = await first.snapshot(1)
    for (const name of readdirSync(folder)) rmSync(join(folder, name), {recursive: true})
    writeFileSync(path, 'begin\n1ne\nanother file of that name')
    expect(() => sinkOf(path, lists)).toThrow(expect.objectContaining({code: 'FTS_OUTPUT_LOST', kind: 'fatal'}))
  })

  it('has its name when the job is stopped with a savepoint, and is gone on with, any number of times', async () => {
    const path = join(folder, 'out.txt')
    const first = sinkOf(path, undefined)
    await first.text('one\n')
    const lists = await first.snapshot(7, {type: 'savepoint', thenStop: 'suspend'})
    expect(existsSync(path)).toBe(false)
    first.completed(7)
    await first.committed()
    first.close()
    expect(readFileSync(path, 'utf8')).toBe('begin\none\n')
    for (const line of ['two\n', 'another two\n']) {
      const next = sinkOf(path, lists)
      await next.text(line)
      expect(readFileSync(path, 'utf8')).not.toContain(line)
      await next.finish()
      next.close()
      expect(readFileSync(path, 'utf8')).toBe(`begin\none\n${line}`)
    }
    // Under another name the first one stays as it is.
    const elsewhere = sinkOf(join(folder, 'elsewhere.txt'), lists)
    await elsewhere.text('three\n')
    await elsewhere.finish()
    elsewhere.close()
    expect(readFileSync(join(folder, 'elsewhere.txt'), 'utf8')).toBe('begin\none\nthree\n')
    expect(readFileSync(path, 'utf8')).toBe('begin\none\nanother two\n')
  })

  it('stays as it was where the savepoint that was to stop the job does not come about', async () => {
    const path = join(folder, 'out.txt')
    const driver = sinkOf(path, undefined)
    await driver.text('one\n')
    await driver.snapshot(7, {type: 'savepoint', thenStop: 'suspend'})
    driver.aborted(7)
    await driver.snapshot(8)
    driver.completed(8)
    await driver.text('two\n')
    expect(existsSync(path)).toBe(false)
    await driver.finish()
    expect(readFileSync(path, 'utf8')).toBe('begin\none\ntwo\n')
  })

  it('that was begun goes with the checkpoints of its job, unless a savepoint has it', async () => {
    const unfinished = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'))
    for (const type of ['checkpoint', 'savepoint'] as const) {
      const driver = sinkOf(join(folder, 'out.txt'), undefined)
      await driver.text('one\n')
      await driver.snapshot(1, {type})
      driver.close()
      expect(unfinished()).toHaveLength(1)
      await removeUnfinished(new NodeDisk(), join(folder, 'owned'))
      expect(unfinished()).toHaveLength(type === 'savepoint' ? 1 : 0)
    }
  })

  it('leaves no trace where there are no checkpoints', async () => {
    const path = join(folder, 'out.txt')
    const sink = new BytesSink({target: {kind: 'file', path}, header: undefined, pendingBytesMax: 1000}, timers)
    const driver = new SinkDriver(sink).open()
    await driver.text('one\n')
    driver.close()
    expect(readdirSync(folder)).toEqual(['owned'])
  })
})

describe('an output that cannot be taken back', () => {
  interface Staged {
    readonly output: StagedOutput
    /** Waits until what was committed is out. */
    idle(): Promise<void>
  }

  /** Takes pieces one by one; `stopAfter` of them are taken, then it is as if the process had been killed. */
  function stagedOutput(
    out: string[],
    restored: ReturnType<StagedOutput['seal']>,
    stopAfter = Number.POSITIVE_INFINITY,
    where = folder,
  ): Staged {
    let waiting: (() => void)[] = []
    const make = (epochs: ReturnType<StagedOutput['seal']>): StagedOutput =>
      new StagedOutput({
        folder: where,
        name: 'sink',
        restored: epochs,
        out: {
          write: (bytes, written) => {
            if (stopAfter-- <= 0) return
            out.push(Buffer.from(bytes).toString())
            setImmediate(() => written())
          },
          close: () => {},
        },
        timers,
        progressed: () => {
          for (const resolve of waiting) resolve()
          waiting = []
        },
        failed: (error) => {
          throw error
        },
      })
    const output = make(restored)
    const idle = async () => {
      while (!output.isIdle) await new Promise<void>((resolve) => waiting.push(resolve))
    }
    return {output, idle}
  }

  const write = (output: StagedOutput, text: string) =>
    new Promise<void>((resolve, reject) => {
      output.write(Buffer.from(text), (error) => (error === undefined ? resolve() : reject(error)))
    })

  it('shows nothing before the checkpoint is completed, then all of it in order', async () => {
    const out: string[] = []
    const {output, idle} = stagedOutput(out, [])
    await write(output, 'one ')
    output.seal(1)
    await write(output, 'two ')
    output.seal(2)
    await write(output, 'three ')
    expect(out).toEqual([])
    output.completed(2)
    await idle()
    expect(out).toEqual(['one ', 'two '])
    expect(output.isEmpty).toBe(false)
    output.seal(3)
    output.completed(3)
    await idle()
    expect(out.join('')).toBe('one two three ')
    expect(output.isEmpty).toBe(true)
    output.close()
    expect(readdirSync(folder)).toEqual(['sink-progress'])
  })

  it('after a kill puts out what is not out yet, also in the middle of an epoch, and forgets what no checkpoint has', async () => {
    const big = 'x'.repeat(64 * 1024)
    const out: string[] = []
    const first = stagedOutput(out, [], 2)
    await write(first.output, `${big}${big}tail`)
    const epochs = first.output.seal(1)
    await write(first.output, 'lost')
    first.output.completed(1)
    // Two pieces go out; then the process is killed.
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))
    expect(out).toEqual([big, big])
    const second = stagedOutput(out, epochs)
    await second.idle()
    expect(out.join('')).toBe(`${big}${big}tail`)
    await write(second.output, ' again')
    second.output.seal(2)
    second.output.completed(2)
    await second.idle()
    expect(out.join('')).toBe(`${big}${big}tail again`)
    second.output.close()
    first.output.close()
  })

  it('that a killed run had not put out is put out by the run that starts from its checkpoint, as often as one does', async () => {
    const big = 'x'.repeat(64 * 1024)
    const out: string[] = []
    const first = stagedOutput(out, [], 2)
    await write(first.output, `${big}${big}tail`)
    const epochs = first.output.seal(1)
    first.output.completed(1)
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))
    expect(out).toEqual([big, big])
    for (const name of ['second', 'third']) {
      const to = join(folder, name)
      mkdirSync(to)
      const printed: string[] = []
      takeOverStaged(epochs, {from: folder, to, name: 'sink'})
      const next = stagedOutput(printed, epochs, Number.POSITIVE_INFINITY, to)
      await next.idle()
      expect(printed).toEqual(['tail'])
      // A second attempt of that run does not begin again.
      takeOverStaged(epochs, {from: folder, to, name: 'sink'})
      const again = stagedOutput(printed, epochs, Number.POSITIVE_INFINITY, to)
      await again.idle()
      expect(printed).toEqual(['tail'])
      for (const one of [next, again]) one.output.close()
    }
    first.output.close()
  })

  it('as sink: the task waits at its end until all is out', async () => {
    const owned = join(folder, 'owned')
    mkdirSync(owned)
    const path = join(folder, 'pipe')
    const {execFileSync, spawn} = await import('node:child_process')
    execFileSync('mkfifo', [path])
    const reader = spawn('cat', [path])
    let read = ''
    reader.stdout.on('data', (bytes: Buffer) => {
      read += bytes.toString()
    })
    const ended = new Promise((resolve) => reader.once('close', resolve))
    const sink = new BytesSink({target: {kind: 'file', path}, header: undefined, pendingBytesMax: 1000}, timers)
    const driver = new SinkDriver(sink, {checkpointMode: 'exactlyOnce', ownedFolder: owned}).open()
    await driver.text('one\n')
    await driver.finish()
    expect(sink.awaitsCheckpoint()).toBe(true)
    await driver.snapshot(1)
    expect(read).toBe('')
    driver.completed(1)
    await driver.committed()
    driver.close()
    await ended
    expect(read).toBe('one\n')
    expect(existsSync(join(owned, `${operatorId('x')}-1.out`))).toBe(false)
  })
})
