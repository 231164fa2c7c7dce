// Goal: a source that is stopped at any moment and restored from its snapshot gives what the undisturbed source gives: no byte and no line lost
// or doubled, at block borders, inside of long lines, at the ends of splits, and read by more subtasks than before.
// Method: random texts in a real file, cut into random splits, polled a random number of times between restores; whole texts and counts compared.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {LinesSource} from '../../src/connectors/sources/lines-source.js'
import {TextSource} from '../../src/connectors/sources/text-source.js'
import {type OperatorListState, operatorId, type Split} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {OperatorContext, Output, SourceOperator} from '../../src/operators/index.js'
import {ManualTimers} from '../support/manual-timers.js'
import {propertyOptions} from '../support/property-options.js'

let path: string
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'fts-positions-')), 'text')
})
afterAll(() => rmSync(path, {recursive: true, force: true}))

const line = fc.oneof(
  {weight: 6, arbitrary: fc.string({unit: fc.constantFrom('a', 'b', ' ', 'é'), maxLength: 12})},
  {weight: 1, arbitrary: fc.constant('x'.repeat(70))},
)
const text = fc
  .tuple(fc.array(line, {maxLength: 30}), fc.boolean())
  .map(([lines, closed]) => lines.join('\n') + (closed ? '\n' : ''))
/** Polls between two restores. */
const pauses = fc.array(fc.integer({min: 0, max: 6}), {maxLength: 12})

function splitsOf(content: string, splitBytes: number): Split[] {
  const bytes = Buffer.from(content)
  writeFileSync(path, bytes)
  const splits: Split[] = []
  for (let startByte = 0; startByte < bytes.length; startByte += splitBytes) {
    const endByte = Math.min(startByte + splitBytes, bytes.length)
    splits.push({
      kind: 'file',
      splitId: splits.length,
      path,
      startByte,
      endByte,
      fileSizeBytes: bytes.length,
      compression: 'none',
    })
  }
  return splits
}

interface Got {
  readonly text: Buffer
  readonly rows: number
  readonly startByte: number
}

/** Reads all splits with sources that live for so many polls each, two side by side where `count` says so. */
function read(of: {
  readonly splits: readonly Split[]
  readonly pauses: readonly number[]
  readonly count: number
  make(): SourceOperator
}): Got[] {
  const got: Got[] = []
  const emit: Output['emit'] = (batch) => {
    if (batch.kind !== 'bytes') throw new Error('bytes expected')
    got.push({text: Buffer.from(batch.bytes), rows: batch.rowCount, startByte: batch.origin?.startByte ?? 0})
  }
  const open = (lists: readonly OperatorListState[]) => {
    const source = of.make()
    const restored = {operatorId: operatorId('s'), keyed: [], lists}
    const context = {metrics: new TaskMetrics(), wake: () => {}, report: () => {}, restored}
    source.open(context as unknown as OperatorContext, {emit, reserveBytes: () => undefined} as unknown as Output)
    return source
  }
  const deal = (elements: readonly Uint8Array[], subtask: number): OperatorListState[] => [
    {name: 'splits', distribution: 'split', elements: elements.filter((_, index) => index % of.count === subtask)},
  ]
  let sources = [open([])]
  for (const split of of.splits) sources[0].addSplit(split)
  const lives = [...of.pauses, Number.POSITIVE_INFINITY]
  lives.forEach((life, checkpoint) => {
    for (const source of sources) {
      if (life === Number.POSITIVE_INFINITY) source.noMoreSplits()
      for (let poll = 0; poll < life; poll++) if (source.poll() === 'end') break
    }
    if (life === Number.POSITIVE_INFINITY) return
    const request = {checkpointId: checkpoint + 1, timestampMs: 0, options: {} as never}
    const elements = sources.flatMap((source) => source.snapshotState?.(request).lists?.[0]?.elements ?? [])
    for (const source of sources) source.close()
    sources = Array.from({length: of.count}, (_, subtask) => open(deal(elements, subtask)))
  })
  for (const source of sources) source.close()
  return got
}

const timers = new ManualTimers()
const retries = {socketMaxRetries: 0, socketRetryDelayMs: 1}

describe('sources go on where they were', () => {
  it('source.text', () => {
    fc.assert(
      fc.property(text, fc.integer({min: 1, max: 90}), fc.integer({min: 1, max: 40}), pauses, (...given) => {
        const [content, splitBytes, blockSizeBytes, stops] = given
        const make = () => new TextSource({blockSizeBytes, maxWordBytes: 1000, ...retries}, timers)
        const splits = splitsOf(content, splitBytes)
        const straight = read({splits, pauses: [], count: 1, make})
        const stopped = read({splits, pauses: stops, count: 1, make})
        expect(Buffer.concat(stopped.map((one) => one.text)).toString()).toBe(content)
        const rows = (all: readonly Got[]) => all.reduce((sum, one) => sum + one.rows, 0)
        expect(rows(stopped)).toBe(rows(straight))
      }),
      propertyOptions(200),
    )
  })

  it('source.lines, also by more subtasks', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({min: 1, max: 90}),
        fc.integer({min: 1, max: 40}),
        pauses,
        fc.integer({min: 1, max: 3}),
        (...given) => {
          const [content, splitBytes, blockSizeBytes, stops, count] = given
          const make = () => new LinesSource({blockSizeBytes, maxLineBytes: 1000, ...retries}, timers)
          const splits = splitsOf(content, splitBytes)
          const straight = read({splits, pauses: [], count: 1, make})
          const stopped = read({splits, pauses: stops, count, make})
          const bytes = Buffer.from(content)
          // Blocks say where they are from, so that they can be put in order.
          const ordered = stopped.filter((one) => one.text.length > 0).sort((a, b) => a.startByte - b.startByte)
          for (const one of ordered)
            expect(bytes.subarray(one.startByte, one.startByte + one.text.length).equals(one.text)).toBe(true)
          expect(Buffer.concat(ordered.map((one) => one.text)).toString()).toBe(content)
          const rows = (all: readonly Got[]) => all.reduce((sum, one) => sum + one.rows, 0)
          expect(rows(stopped)).toBe(rows(straight))
        },
      ),
      propertyOptions(200),
    )
  })
})
