/**
 * Goal: state that is numbers for texts and numbers, which lies off the heap, is what a plain Map would be: at every moment, in every
 * snapshot as it was at the barrier, and restored at any parallelism. Also where so much changes that changes are not noted
 * one by one, and where a value that is no number moves all of it onto the heap.
 * Method: thousands of keys at a time are written and removed, among them texts with equal hash codes, beyond latin1, empty, longer than a
 * chunk of memory; between them snapshots are taken, written in steps, completed, aborted, abandoned.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type KeyedStateHandle, keyGroupRangeOf} from '../../src/core/index.js'
import {
  type LocalKeyedStateBackend,
  type ReducingState,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../src/state/index.js'
import {BACKENDS, newBackend} from '../support/keyed-state.js'
import {propertyOptions} from '../support/property-options.js'
import {type SnapshotWriting, StateFiles} from '../support/state-files.js'

type Key = string | number

const KEY_COUNT = 12_000
const LONG = 'long '.repeat(220_000)

function keyOf(i: number): Key {
  if (i === 0) return ''
  if (i === 1) return LONG
  if (i % 7 === 0) return i / 2 - 100
  if (i % 11 === 0) return `ключ ${i}`
  if (i % 13 === 0) return `\u0000${i}`
  // "Aa" and "BB" have one hash code, and so have all words of them of one length.
  if (i < 64) return i.toString(2).padStart(6, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB')
  return i % 2 === 0 ? `key-${i}` : `a longer key, é, that needs more than one line of memory: ${i}`
}
const KEYS = Array.from({length: KEY_COUNT}, (_, i) => keyOf(i))

type Step =
  | {readonly kind: 'write' | 'add' | 'clear'; readonly from: number; readonly count: number; readonly stride: number}
  | {readonly kind: 'incremental' | 'full' | 'piece' | 'finish' | 'complete' | 'abort' | 'abandon' | 'move'}

const bulk = fc.record({
  kind: fc.constantFrom('write' as const, 'write' as const, 'add' as const, 'clear' as const),
  from: fc.nat({max: KEY_COUNT - 1}),
  count: fc.oneof(fc.nat({max: 40}), fc.nat({max: KEY_COUNT})),
  stride: fc.integer({min: 1, max: 5}),
})
const control = fc.record({
  kind: fc.constantFrom(
    ...(['incremental', 'incremental', 'full', 'piece', 'piece', 'finish', 'complete', 'complete', 'abort'] as const),
    ...(['incremental', 'piece', 'finish', 'complete', 'abandon', 'move'] as const),
  ),
})
const steps = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(bulk, control, control), {
  minLength: 10,
  maxLength: 40,
  size: 'max',
})

const VALUE = new ValueStateDescriptor<unknown>('value')
const SUM = new ReducingStateDescriptor<number>('sum', (a, b) => a + b)

class Subtask {
  readonly backend: LocalKeyedStateBackend
  private readonly value
  private readonly sum: ReducingState<number>

  constructor(index = 0, parallelism = 1, kind: (typeof BACKENDS)[number] = 'hashmap') {
    this.backend = newBackend(
      {keyGroupRange: keyGroupRangeOf(index, parallelism, 128), snapshotItemsPerPiece: 500},
      kind,
    )
    this.value = this.backend.getState(VOID_NAMESPACE, VALUE)
    this.sum = this.backend.getState(VOID_NAMESPACE, SUM)
  }

  apply(step: Step, at: number, model: Map<Key, unknown>): void {
    if (!('from' in step)) return
    for (let i = 0; i < step.count; i++) {
      const key = KEYS[(step.from + i * step.stride) % KEY_COUNT]
      this.backend.setCurrentKey(key)
      if (step.kind === 'clear') {
        this.value.clear()
        model.delete(key)
      } else {
        const value = step.kind === 'add' ? ((this.value.value() as number | undefined) ?? 0.5) + 1 : at - 0.25 * i
        this.value.update(value)
        model.set(key, value)
      }
      this.sum.clear()
      this.sum.add(i)
      this.sum.add(at)
      if (this.sum.get() !== i + at) throw new Error(`the sum of ${i} and ${at} is ${this.sum.get()}`)
    }
  }

  /** A key, and then a value, that is not for numbers. */
  move(model: Map<Key, unknown>): void {
    this.backend.setCurrentKey('moved')
    this.value.update('a text')
    model.set('moved', 'a text')
  }

  contents(): Map<unknown, unknown> {
    const found = new Map<unknown, unknown>()
    this.backend.applyToAllKeys(VOID_NAMESPACE, VALUE, (key) => found.set(key, this.value.value()))
    expect(this.backend.entryCounts().get('value')).toBe(found.size)
    return found
  }
}

/** A checkpoint, with what there was at its barrier. */
interface Taken {
  readonly id: number
  readonly writing: SnapshotWriting
  readonly model: ReadonlyMap<Key, unknown>
  handle?: KeyedStateHandle
  isAbandoned?: true
}

function run(all: readonly Step[]): readonly Taken[] {
  const files = new StateFiles()
  const subtask = new Subtask()
  const model = new Map<Key, unknown>()
  const taken: Taken[] = []
  all.forEach((step, at) => {
    subtask.apply(step, at, model)
    if (step.kind === 'move') subtask.move(model)
    const last = taken.at(-1)
    if (step.kind === 'incremental' || step.kind === 'full') {
      const request = {checkpointId: taken.length + 1, isIncremental: step.kind === 'incremental'}
      taken.push({
        id: request.checkpointId,
        writing: files.begin(subtask.backend.takeSnapshot(request)),
        model: new Map(model),
      })
    } else if (last !== undefined && last.handle === undefined && last.isAbandoned === undefined) {
      if (step.kind === 'piece') last.writing.step()
      if (step.kind === 'finish' || step.kind === 'complete') last.handle = last.writing.finish()
      if (step.kind === 'complete') subtask.backend.checkpointCompleted(last.id)
      if (step.kind === 'abort') subtask.backend.checkpointAborted(last.id)
      if (step.kind === 'abandon') {
        last.writing.snapshot.abandon()
        last.isAbandoned = true
      }
    }
  })
  expect(subtask.contents()).toEqual(model)
  for (const {handle, model: at} of taken) if (handle !== undefined) expectRestored(files, handle, at)
  return taken
}

/** All of it, at a parallelism and in a backend that hang on what it is. */
function expectRestored(files: StateFiles, handle: KeyedStateHandle, model: ReadonlyMap<Key, unknown>): void {
  const parallelism = 1 + (model.size % 3)
  const found = new Map<unknown, unknown>()
  for (let index = 0; index < parallelism; index++) {
    const subtask = new Subtask(index, parallelism, BACKENDS[model.size % 7 === 0 ? 1 : 0])
    subtask.backend.restore({handles: [handle], readFile: files.read})
    for (const [key, value] of subtask.contents()) found.set(key, value)
  }
  expect(found).toEqual(model)
}

describe('numbers by key', () => {
  it('are those of a Map, and so are their snapshots', {timeout: 120_000}, () => {
    fc.assert(
      fc.property(steps, (all) => void run(all)),
      propertyOptions(25),
    )
  })
})
