// Goal: subtasks that append the lines of one file themselves leave the file as the sink alone would: whole or not at all, with nothing lost, doubled or torn.
// Method: SharedFileOutput and `sink.bytes` driven by hand over real files, in every way in which an attempt can end.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Batch} from '../../../../src/columns/index.js'
import {sharedPathOf} from '../../../../src/connectors/sinks/file-target.js'
import {sinkFactories} from '../../../../src/connectors/sinks/index.js'
import {SharedFileOutput} from '../../../../src/connectors/sinks/shared-file-output.js'
import type {OperatorContext, Output} from '../../../../src/operators/index.js'
import {NodeTimers} from '../../../../src/platform/index.js'
import {OperatorHarness, textBatch} from '../../../support/operator-harness.js'

const JOB_ID = 'abcdef0123456789abcdef0123456789'
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-shared-'))
  path = join(folder, 'out.jsonl')
})

afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

/** A subtask, and what it has for the sink. */
function subtask(context: Partial<OperatorContext> = {}, target = path) {
  const given: Batch[] = []
  const output = {emit: (batch: Batch) => given.push(batch), hasRoom: () => true} as unknown as Output
  const shared = SharedFileOutput.over(output, target, {
    jobId: JOB_ID,
    attempt: 0,
    parallelism: 2,
    ...context,
  } as OperatorContext)
  return {shared, given}
}

function opened(context: Partial<OperatorContext> = {}) {
  const {shared, given} = subtask(context)
  if (shared === undefined) throw new Error('the file can be shared')
  return {shared, given}
}

function sink(attempt = 0) {
  const [, factory] = sinkFactories(new NodeTimers())[0]
  const made = factory({target: {kind: 'file', path}, takesShared: true})
  if (made.kind !== 'operator') throw new Error('a sink is an operator')
  return new OperatorHarness(made.operator, {jobId: JOB_ID, attempt})
}

describe('a file that subtasks write themselves', () => {
  it('has the lines of all, and the mode of the file that was there', async () => {
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    const [one, other] = [opened(), opened()]
    one.shared.emit(textBatch('{"a":1}\n{"a":2}\n'))
    other.shared.emit(textBatch('{"b":1}\n'))
    one.shared.emit(textBatch('{"a":3}\n'))
    for (const {shared} of [one, other]) {
      shared.finish()
      shared.close()
    }
    expect(readFileSync(path, 'utf8')).toBe('old')
    const harness = sink()
    await harness.run([...other.given, ...one.given])
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n{"b":1}\n{"a":3}\n')
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['out.jsonl'])
    expect([harness.metrics.get('sinkRecords'), harness.metrics.get('sinkBytes')]).toEqual([4, 32])
  })

  it('may get lines through the sink as well, and references that came as one block', async () => {
    const {shared, given} = opened()
    shared.emit(textBatch('{"a":1}\n'))
    shared.emit(textBatch('{"a":2}\n'))
    shared.finish()
    shared.close()
    const bytes = Buffer.concat(given.map((batch) => (batch.kind === 'bytes' ? batch.bytes : Buffer.alloc(0))))
    await sink().run([textBatch('{"c":1}\n'), {kind: 'bytes', bytes, rowCount: 2}])
    expect(readFileSync(path, 'utf8')).toBe('{"c":1}\n{"a":1}\n{"a":2}\n')
    expect(readdirSync(folder)).toEqual(['out.jsonl'])
  })

  it('has the parts of subtasks that count their attempts differently', async () => {
    const parts = [opened({attempt: 1}), opened({attempt: 2})]
    for (const [index, {shared}] of parts.entries()) {
      shared.emit(textBatch(`{"part":${index}}\n`))
      shared.finish()
      shared.close()
    }
    await sink().run(parts.flatMap(({given}) => given))
    expect(readFileSync(path, 'utf8')).toBe('{"part":0}\n{"part":1}\n')
    expect(readdirSync(folder)).toEqual(['out.jsonl'])
  })

  it('is refused where more or less is there than was written', async () => {
    for (const damage of [
      () => rmSync(sharedPathOf(path, JOB_ID, 0)),
      () => writeFileSync(sharedPathOf(path, JOB_ID, 0), 'x'),
    ]) {
      const {shared, given} = opened()
      shared.emit(textBatch('{"a":1}\n'))
      shared.finish()
      shared.close()
      damage()
      await expect(sink().run(given)).rejects.toMatchObject({kind: 'restartable', code: 'FTS_OUTPUT_LOST'})
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('leaves no trace when a subtask, or the sink, ends before the end', async () => {
    const failing = opened()
    failing.shared.emit(textBatch('{"a":1}\n'))
    failing.shared.close()
    expect(readdirSync(folder)).toEqual([])

    const finished = opened()
    finished.shared.emit(textBatch('{"a":1}\n'))
    finished.shared.finish()
    finished.shared.close()
    const harness = sink().open()
    expect(readdirSync(folder)).toHaveLength(2)
    harness.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('is rid of what attempts that were killed have left', async () => {
    writeFileSync(sharedPathOf(path, JOB_ID, 0), 'left over')
    writeFileSync(sharedPathOf(path, JOB_ID, 1), 'left over')
    await sink(2).run([textBatch('{}\n')])
    expect(readdirSync(folder)).toEqual(['out.jsonl'])
  })

  it('is said to be full, or away, by the one who writes', () => {
    const {shared} = subtask({}, join(folder, 'missing/out.jsonl'))
    expect(() => shared?.emit(textBatch('{}\n'))).toThrow(/its folder does not exist/)
  })
})

describe('a file that subtasks do not write themselves', () => {
  it('is one with one subtask, one that checkpoints must know, and what is no file', () => {
    mkdirSync(join(folder, 'sub'))
    symlinkSync('/dev/null', join(folder, 'null'))
    expect(subtask({parallelism: 1}).shared).toBeUndefined()
    expect(subtask({checkpointMode: 'exactlyOnce'}).shared).toBeUndefined()
    for (const target of ['/dev/null', '/dev/stdout', join(folder, 'sub'), join(folder, 'null'), `${path}/`])
      expect(subtask({}, target).shared).toBeUndefined()
  })

  it('is written beside the file that a link leads to', () => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/out.jsonl'), 'old')
    symlinkSync('real/out.jsonl', path)
    opened().shared.emit(textBatch('{}\n'))
    expect(readdirSync(join(folder, 'real'))).toHaveLength(2)
  })
})
