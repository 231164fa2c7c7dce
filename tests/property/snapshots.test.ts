/**
 * Goal: a snapshot is the state as it was at the barrier, whatever the stream does while it is written, and what is restored from it, at
 * any parallelism, is that state; incremental ones too, whichever checkpoints complete, are aborted or are never written to their end.
 * Method: for each backend, random operations on every kind of state, in and out of namespaces, changing values in place as functions do, and on timers;
 * between them snapshots are taken, written a few entries at a time, completed, aborted, abandoned. The model is plain Maps, copied whole
 * at each barrier. Values, entries and timers of what is restored are compared with that copy.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type KeyedStateHandle, keyGroupRangeOf} from '../../src/core/index.js'
import {
  HeapTimerService,
  ListStateDescriptor,
  type LocalKeyedStateBackend,
  MapStateDescriptor,
  type Namespace,
  ReducingStateDescriptor,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../src/state/index.js'
import {BACKENDS, type BackendKind, newBackend} from '../support/keyed-state.js'
import {ManualProcessingTime} from '../support/manual-processing-time.js'
import {propertyOptions} from '../support/property-options.js'
import {type SnapshotWriting, StateFiles} from '../support/state-files.js'

const KEYS: readonly unknown[] = [
  ...Array.from({length: 20}, (_, i) => `k${i}`),
  7,
  -0.5,
  true,
  null,
  ['a', 1],
  {x: 1},
  '\u0000',
]
const NAMESPACES: readonly Namespace[] = [
  VOID_NAMESPACE,
  {start: 0, end: 10},
  {start: 9, end: 51},
  {start: 10, end: 20},
  'text',
]

interface Counted {
  n: number
  seen: number[]
}

const VALUE = new ValueStateDescriptor<Counted>('value')
const PLAIN = new ValueStateDescriptor<number>('plain')
const EXPIRING = new ValueStateDescriptor<number>('expiring', {ttl: '1h'})
const LIST = new ListStateDescriptor<Counted>('list')
const MAP = new MapStateDescriptor<unknown, Counted>('map')
const SUM = new ReducingStateDescriptor<Counted>('sum', (a, b) => {
  a.n += b.n
  a.seen.push(b.n)
  return a
})

const counted = (n: number): Counted => ({n, seen: [n]})

const OPERATIONS = [
  'update',
  'mutate',
  'clear',
  'count',
  'forget count',
  'touch',
  'add',
  'replace list',
  'mutate list',
  'clear list',
] as const
const MORE = [
  'put',
  'mutate entry',
  'remove',
  'entries',
  'clear map',
  'reduce',
  'clear sum',
  'timer',
  'no timer',
  'fire',
] as const

interface Operation {
  readonly kind: 'operation'
  readonly operation: (typeof OPERATIONS)[number] | (typeof MORE)[number]
  readonly key: number
  readonly namespace: number
  readonly value: number
}
type Step = Operation | {readonly kind: 'incremental' | 'full' | 'piece' | 'finish' | 'complete' | 'abort' | 'abandon'}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('operation' as const),
  operation: fc.constantFrom(...OPERATIONS, ...MORE),
  key: fc.oneof(fc.nat({max: 3}), fc.nat({max: KEYS.length - 1})),
  namespace: fc.oneof(fc.constant(0), fc.nat({max: NAMESPACES.length - 1})),
  value: fc.nat({max: 30}),
})
const control = fc.record({
  kind: fc.constantFrom(
    'incremental',
    'incremental',
    'full',
    'piece',
    'piece',
    'piece',
    'finish',
    'complete',
    'complete',
    'abort',
    'abandon',
  ),
}) as fc.Arbitrary<Step>
const steps = fc.array(
  fc.oneof({weight: 5, arbitrary: operation as fc.Arbitrary<Step>}, {weight: 2, arbitrary: control}),
  {minLength: 40, maxLength: 250, size: 'max'},
)

/** What there is of one key in one namespace. */
interface Contents {
  value?: Counted
  plain?: number
  expiring?: number
  list?: Counted[]
  map?: [unknown, Counted][]
  sum?: Counted
}
/** By `key/namespace`; timers as `timestamp/key/namespace`, in the order in which they fire. */
interface Model {
  readonly contents: Map<string, Contents>
  readonly timers: string[]
}

/** One subtask: its state, its timers, and (for the undisturbed one) the model of both. */
class Subtask {
  readonly backend: LocalKeyedStateBackend
  readonly timers: HeapTimerService<Namespace>

  constructor(
    kind: BackendKind,
    subtaskIndex: number,
    parallelism: number,
    readonly fired: string[] = [],
  ) {
    const keyGroupRange = keyGroupRangeOf(subtaskIndex, parallelism, 128)
    this.backend = newBackend({keyGroupRange, nowMs: () => 1000, snapshotItemsPerPiece: 3}, kind)
    const fire = (timer: {timestampMs: number; key: unknown; namespace: Namespace}) => {
      this.fired.push(timerText(timer.timestampMs, timer.key, timer.namespace))
    }
    const triggerable = {onEventTime: fire, onProcessingTime: fire}
    this.timers = new HeapTimerService({key: this.backend, processingTime: new ManualProcessingTime(0), triggerable})
    this.backend.include(this.timers.snapshotSources)
  }

  at(key: unknown, namespace: Namespace) {
    const {backend} = this
    backend.setCurrentKey(key)
    return {
      value: backend.getState(namespace, VALUE),
      plain: backend.getState(namespace, PLAIN),
      expiring: backend.getState(namespace, EXPIRING),
      list: backend.getState(namespace, LIST),
      map: backend.getState(namespace, MAP),
      sum: backend.getState(namespace, SUM),
    }
  }

  contents(): Map<string, Contents> {
    const found = new Map<string, Contents>()
    for (const namespace of NAMESPACES)
      for (const key of KEYS) {
        const {value, plain, expiring, list, map, sum} = this.at(key, namespace)
        const contents: Contents = {}
        const [one, count, number, elements, entries, reduced] = [
          value.value(),
          plain.value(),
          expiring.value(),
          list.get(),
          [...map.entries()],
          sum.get(),
        ]
        if (one !== undefined) contents.value = one
        if (count !== undefined) contents.plain = count
        if (number !== undefined) contents.expiring = number
        if (elements.length > 0) contents.list = [...elements]
        if (entries.length > 0) contents.map = entries
        if (reduced !== undefined) contents.sum = reduced
        if (Object.keys(contents).length > 0) found.set(place(key, namespace), contents)
      }
    return found
  }
}

const place = (key: unknown, namespace: Namespace) => JSON.stringify([key, namespace])
const timerText = (ts: number, key: unknown, namespace: Namespace) => JSON.stringify([ts, key, namespace])

function apply(subtask: Subtask, model: Model, {operation, key: k, namespace: n, value: v}: Operation): void {
  const key = structuredClone(KEYS[k])
  const namespace = n === 0 ? VOID_NAMESPACE : structuredClone(NAMESPACES[n])
  const state = subtask.at(key, namespace)
  const contents = model.contents.get(place(key, namespace)) ?? {}
  model.contents.set(place(key, namespace), contents)
  const run: Record<Operation['operation'], () => void> = {
    update: () => {
      state.value.update(counted(v))
      contents.value = counted(v)
    },
    mutate: () => {
      const value = state.value.value()
      if (value === undefined) return
      value.seen.push(v)
      state.value.update(value)
      contents.value?.seen.push(v)
    },
    clear: () => {
      state.value.clear()
      delete contents.value
    },
    count: () => {
      state.plain.update((state.plain.value() ?? 0) + 1)
      contents.plain = (contents.plain ?? 0) + 1
    },
    'forget count': () => {
      state.plain.clear()
      delete contents.plain
    },
    touch: () => {
      state.expiring.update(v)
      contents.expiring = v
    },
    add: () => {
      state.list.addAll(Array.from({length: 1 + (v % 7)}, (_, i) => counted(i)))
      contents.list = [...(contents.list ?? []), ...Array.from({length: 1 + (v % 7)}, (_, i) => counted(i))]
    },
    'replace list': () => {
      state.list.update([counted(v)])
      contents.list = [counted(v)]
    },
    'mutate list': () => {
      const list = state.list.get()
      for (const element of list) element.n += v
      state.list.update(list)
      for (const element of contents.list ?? []) element.n += v
    },
    'clear list': () => {
      state.list.clear()
      delete contents.list
    },
    put: () => {
      for (const mapKey of [v % 5, `m${v % 7}`, [v % 3]]) {
        state.map.put(mapKey, counted(v))
        const entry = contents.map?.find(([one]) => JSON.stringify(one) === JSON.stringify(mapKey))
        if (entry === undefined) (contents.map ??= []).push([mapKey, counted(v)])
        else entry[1] = counted(v)
      }
    },
    'mutate entry': () => {
      const value = state.map.get(v % 5)
      if (value === undefined) return
      value.n = -v
      state.map.put(v % 5, value)
      contents.map!.find(([one]) => one === v % 5)![1].n = -v
    },
    remove: () => {
      state.map.remove(v % 5)
      const left = contents.map?.filter(([one]) => one !== v % 5) ?? []
      if (left.length > 0) contents.map = left
      else delete contents.map
    },
    entries: () => {
      for (const [mapKey, value] of [...state.map.entries()]) {
        value.n += 1
        state.map.put(mapKey, value)
      }
      for (const [, value] of contents.map ?? []) value.n += 1
    },
    'clear map': () => {
      state.map.clear()
      delete contents.map
    },
    reduce: () => {
      state.sum.add(counted(v))
      if (contents.sum === undefined) contents.sum = counted(v)
      else {
        contents.sum.n += v
        contents.sum.seen.push(v)
      }
    },
    'clear sum': () => {
      state.sum.clear()
      delete contents.sum
    },
    timer: () => {
      subtask.timers.registerEventTimeTimer(namespace, v)
      const text = timerText(v, key, namespace)
      if (!model.timers.includes(text)) model.timers.push(text)
    },
    'no timer': () => {
      subtask.timers.deleteEventTimeTimer(namespace, v)
      const at = model.timers.indexOf(timerText(v, key, namespace))
      if (at >= 0) model.timers.splice(at, 1)
    },
    fire: () => {
      subtask.timers.advanceWatermark(v)
      for (let i = model.timers.length - 1; i >= 0; i--)
        if (JSON.parse(model.timers[i])[0] <= v) model.timers.splice(i, 1)
    },
  }
  run[operation]()
  if (Object.keys(contents).length === 0) model.contents.delete(place(key, namespace))
}

/** At which parallelism, and where the state is kept then. */
interface Restore {
  readonly parallelism: number
  readonly restoredIn: BackendKind
}

interface Taken {
  readonly checkpointId: number
  readonly model: Model
  readonly writing: SnapshotWriting
  handle?: KeyedStateHandle
}

function check(files: StateFiles, {handle, model, checkpointId}: Taken, {parallelism, restoredIn}: Restore): void {
  const contents = new Map<string, Contents>()
  const fired: string[] = []
  for (let index = 0; index < parallelism; index++) {
    const subtask = new Subtask(restoredIn, index, parallelism)
    const extras = subtask.backend.restore({handles: [handle!], readFile: files.read})
    expect(extras).toEqual([{checkpointId}])
    for (const [at, one] of subtask.contents()) contents.set(at, one)
    subtask.timers.advanceWatermark(1000)
    fired.push(...subtask.fired)
  }
  expect(contents).toEqual(model.contents)
  expect([...fired].sort()).toEqual([...model.timers].sort())
}

function run(kind: BackendKind, all: readonly Step[], restore: Restore): void {
  const files = new StateFiles()
  const subtask = new Subtask(kind, 0, 1)
  const model: Model = {contents: new Map(), timers: []}
  const taken: Taken[] = []
  let latest: Taken | undefined
  let checkpointId = 0
  const finish = (one: Taken) => (one.handle ??= one.writing.finish())
  const take = (isIncremental: boolean) => {
    checkpointId += 1
    const snapshot = subtask.backend.takeSnapshot({checkpointId, isIncremental, extra: {checkpointId}})
    taken.push({checkpointId, model: structuredClone(model), writing: files.begin(snapshot)})
  }
  for (const step of all) {
    const open = taken.at(-1)
    if (step.kind === 'operation') apply(subtask, model, step)
    else if (step.kind === 'incremental' || step.kind === 'full') take(step.kind === 'incremental')
    else if (open === undefined) continue
    else if (step.kind === 'piece') open.handle ?? open.writing.step()
    else if (step.kind === 'finish') finish(open)
    else if (step.kind === 'complete') {
      finish(open)
      subtask.backend.checkpointCompleted(open.checkpointId)
      latest = open
      taken.length = 0
    } else {
      if (step.kind === 'abandon' && open.handle === undefined) open.writing.snapshot.abandon()
      else if (open.handle === undefined) open.writing.snapshot.abandon()
      subtask.backend.checkpointAborted(open.checkpointId)
      taken.pop()
    }
  }
  for (const one of taken) finish(one)
  expect(subtask.contents()).toEqual(model.contents)
  for (const one of latest === undefined ? taken : [...taken, latest]) check(files, one, restore)
}

const restores = fc.record({parallelism: fc.integer({min: 1, max: 4}), restoredIn: fc.constantFrom(...BACKENDS)})

describe('snapshots of keyed state', () => {
  it.each(BACKENDS)('in %s are the state at the barrier, restored in any', (kind) => {
    const property = fc.property(steps, restores, (all, restore) => run(kind, all, restore))
    fc.assert(property, propertyOptions(100))
  })
})
