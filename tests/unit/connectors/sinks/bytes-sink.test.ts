// Goal: sink.bytes writes every byte in order to files, pipes and devices, a file appears whole or not at all, and what can go
//       wrong is said in one sentence.
// Method: the operator harness with real files, named pipes and devices of this machine. Standard output itself is written by
//         a child process in stdout.test.ts.
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {open} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {temporaryPathOf} from '../../../../src/connectors/sinks/file-target.js'
import {sinkFactories} from '../../../../src/connectors/sinks/index.js'
import {NodeTimers} from '../../../../src/platform/index.js'
import {OperatorHarness, textBatch} from '../../../support/operator-harness.js'

const JOB_ID = 'abcdef0123456789abcdef0123456789'
const isRoot = process.getuid?.() === 0
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-sink-'))
})

afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

function sinkTo(path: string, config: object = {}, parallelism = 1) {
  const [, factory] = sinkFactories(new NodeTimers())[0]
  const made = factory({target: {kind: 'file', path}, ...config})
  if (made.kind !== 'operator') throw new Error('a sink is an operator')
  return new OperatorHarness(made.operator, {jobId: JOB_ID, parallelism})
}

async function failureOf(path: string, blocks: readonly string[] = ['a\n']): Promise<unknown> {
  try {
    await sinkTo(path).run(blocks.map(textBatch))
  } catch (error) {
    return error
  }
  throw new Error('the sink fails')
}

describe('a file', () => {
  it('gets every block in order, by a few large writes', async () => {
    const path = join(folder, 'out.tsv')
    const blocks = Array.from({length: 3000}, (_, i) => `line ${i}\n`)
    const harness = sinkTo(path)
    await harness.run(blocks.map(textBatch))
    expect(readFileSync(path, 'utf8')).toBe(blocks.join(''))
    expect(harness.metrics.get('sinkRecords')).toBe(3000)
    expect(harness.metrics.get('sinkBytes')).toBe(blocks.join('').length)
    expect(readdirSync(folder)).toEqual(['out.tsv'])
  })

  it('takes no more input while too much waits to be written', async () => {
    const path = join(folder, 'out.tsv')
    const harness = sinkTo(path, {pendingBytesMax: 1})
    await harness.run(Array.from({length: 20}, () => textBatch('x'.repeat(100_000))))
    expect(statSync(path).size).toBe(2_000_000)
    expect(harness.waits).toBeGreaterThanOrEqual(20)
  })

  it('begins with the header, also when nothing follows', async () => {
    const path = join(folder, 'out.csv')
    const harness = sinkTo(path, {header: 'word,count\n'})
    await harness.run([])
    expect(readFileSync(path, 'utf8')).toBe('word,count\n')
    expect(harness.metrics.get('sinkRecords')).toBe(0)
  })

  it('is not there before the sink has finished, and the old one stays until then', async () => {
    const path = join(folder, 'out.tsv')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    const harness = sinkTo(path).open()
    await harness.process(textBatch('new\n'))
    expect(readFileSync(path, 'utf8')).toBe('old')
    await harness.finish()
    harness.close()
    expect(readFileSync(path, 'utf8')).toBe('new\n')
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it('leaves no trace of a sink that is closed before it has finished', async () => {
    const path = join(folder, 'out.tsv')
    const harness = sinkTo(path).open()
    await harness.process(textBatch('half\n'))
    expect(readdirSync(folder)).toEqual([`.out.tsv.${JOB_ID}.tmp`])
    harness.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('replaces what an attempt that was killed has left', async () => {
    const path = join(folder, 'out.tsv')
    writeFileSync(temporaryPathOf(path, JOB_ID), 'left over')
    await sinkTo(path).run([textBatch('a\n')])
    expect(readdirSync(folder)).toEqual(['out.tsv'])
    expect(readFileSync(path, 'utf8')).toBe('a\n')
  })

  it('is written where a symbolic link leads', async () => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/out.tsv'), 'old')
    symlinkSync('real/out.tsv', join(folder, 'link'))
    await sinkTo(join(folder, 'link')).run([textBatch('new\n')])
    expect(readFileSync(join(folder, 'real/out.tsv'), 'utf8')).toBe('new\n')
  })

  it('may have a name of the full length', async () => {
    const path = join(folder, 'n'.repeat(255))
    await sinkTo(path).run([textBatch('a\n')])
    expect(readFileSync(path, 'utf8')).toBe('a\n')
  })
})

describe('a target that cannot be written', () => {
  it('is a folder', async () => {
    expect(await failureOf(folder)).toMatchObject({
      kind: 'user',
      code: 'FTS_CANNOT_WRITE',
      message: `cannot write ${folder}: it is a folder`,
    })
    expect(await failureOf(join(folder, 'new/'))).toMatchObject({message: expect.stringContaining('it is a folder')})
  })

  it('is in a folder that does not exist', async () => {
    expect(await failureOf(join(folder, 'none/out.tsv'))).toMatchObject({
      kind: 'user',
      message: expect.stringContaining('its folder does not exist'),
      tryThis: expect.stringContaining('mkdir -p'),
    })
  })

  it.runIf(!isRoot)('is in a folder that may not be written to, or is read-only itself', async () => {
    writeFileSync(join(folder, 'out.tsv'), 'old', {mode: 0o444})
    expect(await failureOf(join(folder, 'out.tsv'))).toMatchObject({
      message: expect.stringContaining('permission is denied'),
    })
    chmodSync(folder, 0o500)
    expect(await failureOf(join(folder, 'new.tsv'))).toMatchObject({
      message: expect.stringContaining('permission is denied'),
    })
    chmodSync(folder, 0o700)
  })

  it.runIf(existsSync('/dev/full'))('is on a full disk', async () => {
    expect(await failureOf('/dev/full')).toMatchObject({
      kind: 'restartable',
      code: 'FTS_DISK_FULL',
      message: 'cannot write /dev/full: the disk is full',
    })
  })

  it('would be written by two subtasks', () => {
    expect(() => sinkTo(join(folder, 'out'), {}, 2).open()).toThrowError(
      expect.objectContaining({code: 'FTS_SINK_PARALLELISM'}),
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a device or a named pipe', () => {
  it('is written directly', async () => {
    const harness = sinkTo('/dev/null')
    await harness.run([textBatch('a\n'.repeat(1000))])
    expect(harness.metrics.get('sinkBytes')).toBe(2000)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('may get its reader later, and a slow one gets everything', async () => {
    const path = namedPipe()
    const blocks = Array.from({length: 40}, (_, i) => `${i} ${'x'.repeat(20_000)}\n`)
    const writing = sinkTo(path).run(blocks.map(textBatch))
    const reader = await open(path, 'r')
    const [text] = await Promise.all([reader.readFile('utf8'), writing])
    await reader.close()
    expect(text).toBe(blocks.join(''))
  })

  it('ends quietly when its reader goes away', async () => {
    const path = namedPipe()
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const harness = sinkTo(path).open()
    await harness.process(textBatch('a\n'))
    closeSync(reader)
    const endless = Array.from({length: 100}, () => textBatch('b'.repeat(100_000)))
    await expect(harness.processAll(endless)).rejects.toMatchObject({kind: 'fatal', code: 'FTS_OUTPUT_CLOSED'})
    harness.close()
  })

  it('is let go at once while its reader does not read', async () => {
    const path = namedPipe()
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const harness = sinkTo(path).open()
    await harness.process(textBatch('b'.repeat(10_000_000)))
    harness.close()
    closeSync(reader)
  })

  function namedPipe(): string {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    return path
  }
})
