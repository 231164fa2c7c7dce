import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  type AppendingState,
  type KeyedStateBackend,
  ListStateDescriptor,
  type MergingState,
  ReducingStateDescriptor,
  type State,
} from '../../state/index.js'
import {shallowCopy} from '../records/shallow-copy.js'
import type {AnyComputation} from './check-computation.js'
import type {TimestampedValue} from './evictors/timestamped-value.js'
import {WINDOW_CONTENTS as NAME} from './other-form.js'
import {TimeWindow} from './time-window.js'
import type {Window} from './window.js'

/** A handle is asked for with some window, and then moved. */
const ANY_WINDOW = new TimeWindow(0, 0)

/** What a window of the current key holds. `at` says which window the next calls are about. */
export interface WindowContents<W extends Window> {
  at(window: W): void
  add(value: unknown, timestampMs: number): void
  /** Undefined or null: nothing. What is given stays as it is, whatever is added later. */
  get(): unknown
  clear(): void
  /** Brings what `sources` hold to `target`. */
  merge(target: W, sources: readonly W[]): void
}

/** Contents as the computation wants them. */
export function windowContents<W extends Window>(
  state: KeyedStateBackend,
  computation: AnyComputation<W>,
): WindowContents<W> {
  if (computation.kind === 'reduce')
    return new ReducedContents(state, new ReducingStateDescriptor(NAME, computation.reduce))
  if (computation.kind === 'aggregate') return new AggregatedContents(state, computation.aggregate)
  return new ListedContents(state)
}

abstract class StateContents<W extends Window, S extends State & MergingState> implements WindowContents<W> {
  constructor(protected readonly state: S) {}

  at(window: W): void {
    this.state.setCurrentNamespace(window)
  }

  clear(): void {
    this.state.clear()
  }

  merge(target: W, sources: readonly W[]): void {
    this.state.mergeNamespaces(target, sources)
  }

  abstract add(value: unknown, timestampMs: number): void
  abstract get(): unknown
}

type Folding = AppendingState<unknown> & MergingState & {get(): unknown}

class ReducedContents<W extends Window> extends StateContents<W, Folding> {
  constructor(backend: KeyedStateBackend, descriptor: ReducingStateDescriptor<unknown>) {
    super(backend.getState(ANY_WINDOW, descriptor))
  }

  add(value: unknown): void {
    // The function may change its first argument, but the record is not ours.
    this.state.add(this.state.get() === undefined ? shallowCopy(value) : value)
  }

  get(): unknown {
    return shallowCopy(this.state.get())
  }
}

class AggregatedContents<W extends Window> extends StateContents<W, Folding> {
  constructor(backend: KeyedStateBackend, aggregate: AggregateFunction<unknown, unknown, unknown>) {
    super(backend.getState(ANY_WINDOW, new AggregatingStateDescriptor(NAME, withOwnResult(aggregate))))
  }

  add(value: unknown): void {
    this.state.add(value)
  }

  get(): unknown {
    return this.state.get()
  }
}

/** An accumulator that is also the result goes on changing; the result must not. */
function withOwnResult(
  aggregate: AggregateFunction<unknown, unknown, unknown>,
): AggregateFunction<unknown, unknown, unknown> {
  const {merge} = aggregate
  return {
    createAccumulator: () => aggregate.createAccumulator(),
    add: (value, accumulator) => aggregate.add(value, accumulator),
    getResult: (accumulator) => {
      const result = aggregate.getResult(accumulator)
      return result === accumulator ? shallowCopy(result) : result
    },
    ...(merge === undefined ? {} : {merge: (a, b) => merge.call(aggregate, a, b)}),
  }
}

class ListedContents<W extends Window> extends StateContents<W, ReturnType<typeof listState<unknown>>> {
  constructor(backend: KeyedStateBackend) {
    super(listState(backend))
  }

  add(value: unknown): void {
    this.state.add(value)
  }

  get(): readonly unknown[] | undefined {
    const elements = this.state.get()
    return elements.length === 0 ? undefined : elements
  }
}

/** All elements with their timestamps, for an evictor. */
export class TimestampedContents<W extends Window> extends StateContents<
  W,
  ReturnType<typeof listState<TimestampedValue<unknown>>>
> {
  constructor(backend: KeyedStateBackend) {
    super(listState(backend))
  }

  add(value: unknown, timestampMs: number): void {
    this.state.add({value, timestampMs: timestampMs === MIN_TIMESTAMP_MS ? undefined : timestampMs})
  }

  get(): readonly TimestampedValue<unknown>[] {
    return this.state.get()
  }

  replace(elements: readonly TimestampedValue<unknown>[]): void {
    this.state.update(elements)
  }
}

function listState<T>(backend: KeyedStateBackend) {
  return backend.getState(ANY_WINDOW, new ListStateDescriptor<T>(NAME))
}
