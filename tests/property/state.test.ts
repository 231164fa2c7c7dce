/**
 * Goal: state agrees with plain Maps and arrays, timers with a plain list, and expiry with its rules, whatever happens in which order.
 * Method: random operations over few keys and namespaces (so that they meet often), with time moves, on the engine's state and on a
 * model of a few lines; each answer must be the same. The seed is printed on failure and replayed with FTS_TEST_SEED.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  AggregatingStateDescriptor,
  HeapTimerService,
  type InternalTimer,
  ListStateDescriptor,
  MapStateDescriptor,
  type Namespace,
  ReducingStateDescriptor,
  type StateTtlConfig,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../src/state/index.js'
import {BACKENDS, type BackendKind, newBackend} from '../support/keyed-state.js'
import {ManualProcessingTime} from '../support/manual-processing-time.js'
import {propertyOptions} from '../support/property-options.js'

const KEYS: readonly unknown[] = ['a', 'b', 1, '1', ['a', 1], {x: 1, y: [2]}, null, true, '\u0000']
const NAMESPACES: readonly Namespace[] = [
  {start: 0, end: 10},
  {start: 0, end: 20},
  // These three have one hash.
  {start: 10, end: 20},
  {start: 9, end: 51},
  {start: 8, end: 82},
  'text',
  {custom: 1},
]
const MAP_KEYS: readonly unknown[] = ['p', 'q', 1, ['p'], {r: 1}]

const indexOf = (items: readonly unknown[]) => fc.nat({max: items.length - 1})
const number = fc.integer({min: 0, max: 99})

/** What a model knows of one key in one namespace: values with the time of their last touch. */
interface Touched<T> {
  value: T
  atMs: number
}

/** The rules of expiry, and nothing of how it is done. Without a ttl nothing expires. */
class Rules {
  nowMs = 0

  constructor(
    readonly ttlMs: number,
    readonly updateOnRead: boolean,
    readonly returnExpired: boolean,
  ) {}

  expired({atMs}: Touched<unknown>): boolean {
    return atMs + this.ttlMs <= this.nowMs
  }

  usable(one: Touched<unknown> | undefined): boolean {
    return one !== undefined && (this.returnExpired || !this.expired(one))
  }
}

/** Value, reduced and aggregated state: one value. */
class SingleModel<T> {
  private stored: Touched<T> | undefined

  constructor(private readonly rules: Rules) {}

  read(): T | undefined {
    const {stored, rules} = this
    if (stored === undefined) return undefined
    if (rules.expired(stored)) {
      this.stored = undefined
      return rules.returnExpired ? stored.value : undefined
    }
    if (rules.updateOnRead) stored.atMs = rules.nowMs
    return stored.value
  }

  write(change: (before: T | undefined) => T): void {
    const before = this.rules.usable(this.stored) ? this.stored!.value : undefined
    this.stored = {value: change(before), atMs: this.rules.nowMs}
  }

  clear(): void {
    this.stored = undefined
  }
}

class ListModel {
  private elements: Touched<number>[] = []

  constructor(private readonly rules: Rules) {}

  get(): number[] {
    const {rules, elements} = this
    const alive = elements.filter((element) => !rules.expired(element))
    const seen = (rules.returnExpired ? elements : alive).map(({value}) => value)
    if (alive.length === 0) this.elements = []
    else if (rules.updateOnRead) this.update(alive.map(({value}) => value))
    return seen
  }

  addAll(values: readonly number[]): void {
    this.elements.push(...values.map((value) => ({value, atMs: this.rules.nowMs})))
  }

  update(values: readonly number[]): void {
    this.elements = values.map((value) => ({value, atMs: this.rules.nowMs}))
  }
}

class MapModel {
  /** By the text of the key; the keys in MAP_KEYS differ in it. */
  private readonly entries = new Map<string, Touched<number> & {readonly key: unknown}>()

  constructor(private readonly rules: Rules) {}

  get(key: unknown): number | undefined {
    const text = JSON.stringify(key)
    const stored = this.entries.get(text)
    if (stored === undefined) return undefined
    if (this.rules.expired(stored)) {
      this.entries.delete(text)
      return this.rules.returnExpired ? stored.value : undefined
    }
    if (this.rules.updateOnRead) stored.atMs = this.rules.nowMs
    return stored.value
  }

  put(key: unknown, value: number): void {
    this.entries.set(JSON.stringify(key), {key, value, atMs: this.rules.nowMs})
  }

  remove(key: unknown): void {
    this.entries.delete(JSON.stringify(key))
  }

  all(): [unknown, number][] {
    return [...this.entries.values()].flatMap(({key}) => {
      const value = this.get(key)
      return value === undefined ? [] : [[key, value] as [unknown, number]]
    })
  }

  isEmpty(): boolean {
    return ![...this.entries.values()].some((stored) => this.rules.usable(stored))
  }

  clear(): void {
    this.entries.clear()
  }
}

interface Step {
  readonly key: number
  readonly namespace: number
  readonly operation: string
  readonly value: number
  readonly mapKey: number
  readonly pass: number
}

const OPERATIONS = [
  ...['value', 'update', 'clear value'],
  ...['list', 'add', 'add all', 'replace', 'clear list'],
  ...['get', 'contains', 'put', 'remove', 'entries', 'keys', 'values', 'is empty', 'clear map'],
  ...['reduced', 'reduce', 'clear reduced', 'aggregated', 'aggregate', 'clear aggregated'],
]

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    key: indexOf(KEYS),
    namespace: fc.integer({min: -1, max: NAMESPACES.length - 1}),
    operation: fc.constantFrom(...OPERATIONS),
    value: number,
    mapKey: indexOf(MAP_KEYS),
    pass: fc.oneof({weight: 3, arbitrary: fc.constant(0)}, {weight: 1, arbitrary: fc.integer({min: 1, max: 60})}),
  }),
  {maxLength: 200},
)

class Models {
  readonly value: SingleModel<number>
  readonly list: ListModel
  readonly map: MapModel
  readonly reduced: SingleModel<number>
  readonly aggregated: SingleModel<number[]>

  constructor(rules: Rules) {
    this.value = new SingleModel(rules)
    this.list = new ListModel(rules)
    this.map = new MapModel(rules)
    this.reduced = new SingleModel(rules)
    this.aggregated = new SingleModel(rules)
  }
}

/** The engine and the model, side by side. Each operation gives the answer of both. */
class Pair {
  readonly backend: ReturnType<typeof newBackend>
  private readonly models = new Map<string, Models>()
  private readonly descriptors

  constructor(
    readonly rules: Rules,
    kind: BackendKind,
    ttl?: StateTtlConfig,
  ) {
    this.backend = newBackend({nowMs: () => this.rules.nowMs}, kind)
    const options = ttl === undefined ? {} : {ttl}
    this.descriptors = {
      value: new ValueStateDescriptor<number>('value', options),
      list: new ListStateDescriptor<number>('list', options),
      map: new MapStateDescriptor<unknown, number>('map', options),
      reduced: new ReducingStateDescriptor<number>('reduced', (a, b) => 3 * a + b, options),
      aggregated: new AggregatingStateDescriptor(
        'aggregated',
        {
          createAccumulator: () => [] as number[],
          add: (value: number, all) => [...all, value],
          getResult: (all) => all.join(' '),
        },
        options,
      ),
    }
  }

  run(step: Step): void {
    this.rules.nowMs += step.pass
    // Equal, not the same: as a window assigner makes them.
    const namespace = step.namespace < 0 ? VOID_NAMESPACE : structuredClone(NAMESPACES[step.namespace])
    this.backend.setCurrentKey(structuredClone(KEYS[step.key]))
    const engine = this.engine(step, namespace)
    const model = this.model(step, this.modelsOf(`${step.key} ${step.namespace}`))
    expect(engine, `${step.operation} at ${this.rules.nowMs}`).toEqual(model)
  }

  private modelsOf(place: string): Models {
    const models = this.models.get(place) ?? new Models(this.rules)
    this.models.set(place, models)
    return models
  }

  private engine({operation, value, mapKey}: Step, namespace: Namespace): unknown {
    const {descriptors, backend} = this
    const userKey = structuredClone(MAP_KEYS[mapKey])
    const values = backend.getState(namespace, descriptors.value)
    const list = backend.getState(namespace, descriptors.list)
    const map = backend.getState(namespace, descriptors.map)
    const reduced = backend.getState(namespace, descriptors.reduced)
    const aggregated = backend.getState(namespace, descriptors.aggregated)
    const run: Record<string, () => unknown> = {
      value: () => values.value(),
      update: () => values.update(value),
      'clear value': () => values.clear(),
      list: () => list.get(),
      add: () => list.add(value),
      'add all': () => list.addAll(Array.from({length: value % 4}, (_, i) => value + i)),
      replace: () => list.update(Array.from({length: value % 4}, (_, i) => value + i)),
      'clear list': () => list.clear(),
      get: () => map.get(userKey),
      contains: () => map.contains(userKey),
      put: () => map.put(userKey, value),
      remove: () => map.remove(userKey),
      entries: () => [...map.entries()],
      keys: () => [...map.keys()],
      values: () => [...map.values()],
      'is empty': () => map.isEmpty(),
      'clear map': () => map.clear(),
      reduced: () => reduced.get(),
      reduce: () => reduced.add(value),
      'clear reduced': () => reduced.clear(),
      aggregated: () => aggregated.get(),
      aggregate: () => aggregated.add(value),
      'clear aggregated': () => aggregated.clear(),
    }
    return run[operation]()
  }

  private model({operation, value, mapKey}: Step, models: Models): unknown {
    const {map, list, reduced, aggregated} = models
    const userKey = MAP_KEYS[mapKey]
    const several = Array.from({length: value % 4}, (_, i) => value + i)
    const run: Record<string, () => unknown> = {
      value: () => models.value.read(),
      update: () => models.value.write(() => value),
      'clear value': () => models.value.clear(),
      list: () => list.get(),
      add: () => list.addAll([value]),
      'add all': () => list.addAll(several),
      replace: () => list.update(several),
      'clear list': () => list.update([]),
      get: () => map.get(userKey),
      contains: () => map.get(userKey) !== undefined,
      put: () => map.put(userKey, value),
      remove: () => map.remove(userKey),
      entries: () => map.all(),
      keys: () => map.all().map(([key]) => key),
      values: () => map.all().map(([, one]) => one),
      'is empty': () => map.isEmpty(),
      'clear map': () => map.clear(),
      reduced: () => reduced.read(),
      reduce: () => reduced.write((before) => (before === undefined ? value : 3 * before + value)),
      'clear reduced': () => reduced.clear(),
      aggregated: () => aggregated.read()?.join(' '),
      aggregate: () => aggregated.write((before) => [...(before ?? []), value]),
      'clear aggregated': () => aggregated.clear(),
    }
    return run[operation]()
  }
}

describe.each(BACKENDS)('keyed state in %s', (kind) => {
  it('agrees with plain Maps and arrays', () => {
    const property = fc.property(steps, (all) => {
      const pair = new Pair(new Rules(Number.POSITIVE_INFINITY, false, false), kind)
      for (const step of all) pair.run(step)
      for (let key = 0; key < KEYS.length; key++)
        for (let namespace = -1; namespace < NAMESPACES.length; namespace++)
          for (const operation of ['value', 'clear value', 'list', 'clear list', 'entries', 'clear map'])
            pair.run({key, namespace, operation, value: 0, mapKey: 0, pass: 0})
      expect(pair.backend.entryCounts().get('value')).toBe(0)
      expect(pair.backend.entryCounts().get('list')).toBe(0)
      expect(pair.backend.entryCounts().get('map')).toBe(0)
    })
    fc.assert(property, propertyOptions(150))
  })

  it('visits exactly the keys that have state', () => {
    const property = fc.property(fc.array(fc.tuple(indexOf(KEYS), fc.boolean())), (changes) => {
      const backend = newBackend({}, kind)
      const descriptor = new ValueStateDescriptor<number>('v')
      const state = backend.getState(VOID_NAMESPACE, descriptor)
      const model = new Set<unknown>()
      for (const [key, isThere] of changes) {
        backend.setCurrentKey(KEYS[key])
        state.update(isThere ? key : null)
        if (isThere) model.add(KEYS[key])
        else model.delete(KEYS[key])
      }
      const visited = new Set<unknown>()
      backend.applyToAllKeys(VOID_NAMESPACE, descriptor, (key) => visited.add(key))
      expect(visited).toEqual(model)
      expect(backend.entryCount).toBe(model.size)
    })
    fc.assert(property, propertyOptions())
  })
})

/** A store looks at 128 rows after as many accesses: all have been looked at after this many, dirty ones and those in use at another time. */
const STORE_PASSES = 800

describe.each(BACKENDS)('state with a ttl in %s', (kind) => {
  const config = fc.record({
    updateType: fc.constantFrom('OnCreateAndWrite' as const, 'OnReadAndWrite' as const),
    visibility: fc.constantFrom('NeverReturnExpired' as const, 'ReturnExpiredIfNotCleanedUp' as const),
    entriesPerAccess: fc.integer({min: 0, max: 7}),
    forEveryRecord: fc.boolean(),
  })

  it('agrees with the rules, whenever cleanup comes by', () => {
    const property = fc.property(steps, config, (all, {updateType, visibility, entriesPerAccess, forEveryRecord}) => {
      // Where expired state may be seen, cleanup changes what is seen.
      const cleanup =
        entriesPerAccess === 0 || visibility === 'ReturnExpiredIfNotCleanedUp'
          ? ('disabled' as const)
          : {entriesPerAccess, forEveryRecord}
      const rules = new Rules(100, updateType === 'OnReadAndWrite', visibility === 'ReturnExpiredIfNotCleanedUp')
      const pair = new Pair(rules, kind, {ttl: 100, updateType, visibility, cleanup})
      for (const step of all) pair.run(step)
      if (cleanup === 'disabled') return
      // All goes in the end, though only one key is ever asked for.
      const places = kind === 'hashmap' ? KEYS.length * (NAMESPACES.length + 1) : STORE_PASSES
      for (let access = 0; access < places; access++)
        for (const operation of ['value', 'list', 'get', 'reduced', 'aggregated'])
          pair.run({key: 0, namespace: 0, operation, value: 0, mapKey: 0, pass: access === 0 ? 100 : 0})
      expect(pair.backend.entryCount).toBe(0)
    })
    fc.assert(property, propertyOptions(200))
  })
})

/** Timers as a list of lists: timestamps in order, in each the keys as they came, for each the namespaces as they came. */
class TimerModel {
  private readonly byTimestamp = new Map<number, [key: number, namespaces: number[]][]>()

  add(ts: number, key: number, namespace: number): void {
    const keys = this.byTimestamp.get(ts) ?? []
    this.byTimestamp.set(ts, keys)
    const namespaces = keys.find(([one]) => one === key)?.[1]
    if (namespaces === undefined) keys.push([key, [namespace]])
    else if (!namespaces.includes(namespace)) namespaces.push(namespace)
  }

  delete(ts: number, key: number, namespace: number): void {
    const left = (this.byTimestamp.get(ts) ?? []).map(
      ([one, namespaces]) =>
        [one, one === key ? namespaces.filter((other) => other !== namespace) : namespaces] as [number, number[]],
    )
    this.byTimestamp.set(
      ts,
      left.filter(([, namespaces]) => namespaces.length > 0),
    )
  }

  /** The next at or below `limit`, taken out. */
  take(limit: number): {ts: number; key: number; namespace: number} | undefined {
    const due = [...this.byTimestamp.keys()].filter((ts) => ts <= limit && this.byTimestamp.get(ts)!.length > 0)
    if (due.length === 0) return undefined
    const ts = Math.min(...due)
    const [key, namespaces] = this.byTimestamp.get(ts)![0]
    const namespace = namespaces[0]
    this.delete(ts, key, namespace)
    return {ts, key, namespace}
  }

  get size(): number {
    let size = 0
    for (const keys of this.byTimestamp.values()) for (const [, namespaces] of keys) size += namespaces.length
    return size
  }
}

type TimerStep =
  | {readonly kind: 'add' | 'delete'; readonly ts: number; readonly key: number; readonly namespace: number}
  | {readonly kind: 'advance'; readonly by: number; readonly pauses: boolean}

const timerPlace = {ts: fc.integer({min: 0, max: 60}), key: indexOf(KEYS), namespace: indexOf(NAMESPACES)}
const timerSteps: fc.Arbitrary<TimerStep[]> = fc.array(
  fc.oneof(
    {weight: 6, arbitrary: fc.record({kind: fc.constant('add' as const), ...timerPlace})},
    {weight: 2, arbitrary: fc.record({kind: fc.constant('delete' as const), ...timerPlace})},
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('advance' as const),
        by: fc.integer({min: 0, max: 20}),
        pauses: fc.boolean(),
      }),
    },
  ),
  {maxLength: 150},
)

/** What a callback does depends on the timer alone, so that engine and model can do the same. */
function reaction({ts, key, namespace}: {ts: number; key: number; namespace: number}): TimerStep | undefined {
  const hash = (ts * 31 + key * 7 + namespace) % 5
  const other = {key, namespace: (namespace + 1) % NAMESPACES.length}
  if (hash === 0) return {kind: 'add', ts: ts + ((ts * 7) % 9) + 1, ...other}
  if (hash === 1) return {kind: 'delete', ts, key: (key + 1) % KEYS.length, namespace}
  if (hash === 2 && namespace > 0) return {kind: 'add', ts, key: (key + 2) % KEYS.length, namespace: namespace - 1}
  if (hash === 3 && namespace > 0) return {kind: 'add', ts: ts - 3, key, namespace: namespace - 1}
  return undefined
}

describe('timers', () => {
  it.each(['event', 'processing'] as const)('of %s time agree with a plain list', (kind) => {
    const property = fc.property(timerSteps, (all) => {
      const backend = newBackend()
      const time = new ManualProcessingTime(0)
      const model = new TimerModel()
      const fired: string[] = []
      const expected: string[] = []
      const engineStep = (step: TimerStep) => {
        if (step.kind === 'advance') return
        backend.setCurrentKey(structuredClone(KEYS[step.key]))
        const namespace = structuredClone(NAMESPACES[step.namespace])
        const call = `${step.kind === 'add' ? 'register' : 'delete'}${kind === 'event' ? 'Event' : 'Processing'}TimeTimer`
        timers[call as 'registerEventTimeTimer'](namespace, step.ts)
      }
      const modelStep = (step: TimerStep) => {
        if (step.kind !== 'advance') model[step.kind](step.ts, step.key, step.namespace)
      }
      const onTimer = (timer: InternalTimer) => {
        const find = (items: readonly unknown[], one: unknown) =>
          items.findIndex((item) => JSON.stringify(item) === JSON.stringify(one) && typeof item === typeof one)
        const ref = {ts: timer.timestampMs, key: find(KEYS, timer.key), namespace: find(NAMESPACES, timer.namespace)}
        expect(backend.currentKey).toBe(timer.key)
        fired.push(JSON.stringify(ref))
        const step = reaction(ref)
        if (step !== undefined) engineStep(step)
      }
      const triggerable = {onEventTime: onTimer, onProcessingTime: onTimer, onProcessingTimersDue: () => {}}
      const timers = new HeapTimerService({key: backend, processingTime: time, triggerable})
      let nowMs = 0
      for (const step of all) {
        engineStep(step)
        modelStep(step)
        if (step.kind !== 'advance') continue
        nowMs += step.by
        if (kind === 'event' && !step.pauses) timers.advanceWatermark(nowMs)
        else if (kind === 'event') {
          timers.setWatermark(nowMs)
          while (timers.fireNextEventTimer());
        } else {
          time.moveTo(nowMs)
          while (timers.fireNextProcessingTimer());
        }
        for (let due = model.take(nowMs); due !== undefined; due = model.take(nowMs)) {
          expected.push(JSON.stringify(due))
          const next = reaction(due)
          if (next !== undefined) modelStep(next)
        }
        expect(fired).toEqual(expected)
      }
      expect(timers.eventTimerCount + timers.processingTimerCount).toBe(model.size)
      let visited = 0
      timers.forEachEventTimer(() => void (visited += 1))
      timers.forEachProcessingTimer(() => void (visited += 1))
      expect(visited).toBe(model.size)
    })
    fc.assert(property, propertyOptions(200))
  })
})
