import {type Duration, FtsError} from '../core/index.js'
import type {AggregateFunction} from './aggregate-function.js'
import type {ReduceFunction} from './reduce-function.js'
import {type ResolvedTtl, resolveTtl} from './ttl/resolve-ttl.js'
import type {StateTtlConfig} from './ttl/state-ttl-config.js'

/** Every descriptor by its kind. One name stands for one state of an operator, and so for one kind. */
export type StateDescriptor =
  // biome-ignore lint/suspicious/noExplicitAny: any type of content; each descriptor fixes its own
  | ValueStateDescriptor<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | ListStateDescriptor<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | MapStateDescriptor<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | ReducingStateDescriptor<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | AggregatingStateDescriptor<any, any, any>

export interface StateOptions {
  /** How long the state lives, see StateTtlConfig; a bare duration stands for `{ttl: duration}`. Default: for ever. */
  readonly ttl?: StateTtlConfig | Duration
}

/** How a value that is no plain data is stored in a snapshot: as what, and made of it again. */
export interface ValueCodec<T> {
  encode(value: T): unknown
  decode(stored: unknown): T
}

export interface ValueStateOptions<T> extends StateOptions {
  /** Not together with a ttl. Default: the value is stored as it is. */
  readonly codec?: ValueCodec<T>
  /** What `value()` gives where nothing was stored; a function is called for a fresh one each time (for objects and arrays). */
  readonly defaultValue?: T | (() => T)
}

/** What all descriptors have. Errors: `user` FTS_BAD_STATE_NAME, FTS_BAD_TTL. */
abstract class DescriptorBase<Kind extends string> {
  abstract readonly kind: Kind
  /** Undefined: the state does not expire. */
  readonly ttl: ResolvedTtl | undefined

  constructor(
    readonly name: string,
    options: StateOptions,
  ) {
    if (typeof name !== 'string' || name === '') throw badName(name)
    this.ttl = resolveTtl(name, options.ttl)
  }
}

class ValueDescriptor<T, R> extends DescriptorBase<'value'> {
  readonly kind = 'value'
  readonly defaultValue: T | (() => T) | undefined
  readonly codec: ValueCodec<T> | undefined
  /** Types only. */
  declare readonly content?: [T, R]

  constructor(name: string, options: ValueStateOptions<T> = {}) {
    super(name, options)
    this.defaultValue = options.defaultValue
    this.codec = this.ttl === undefined ? options.codec : undefined
  }
}

/**
 * One value per key: `new ValueStateDescriptor<number>('count', {defaultValue: 0})`.
 * With a default value, `value()` is never undefined, and the types know it.
 */
export interface ValueStateDescriptor<T, R = T | undefined> extends ValueDescriptor<T, R> {}

export const ValueStateDescriptor: {
  new <T>(
    name: string,
    options: ValueStateOptions<T> & {readonly defaultValue: T | (() => T)},
  ): ValueStateDescriptor<T, T>
  new <T>(name: string, options?: Omit<ValueStateOptions<T>, 'defaultValue'>): ValueStateDescriptor<T>
} = ValueDescriptor

/** A list per key: `new ListStateDescriptor<Event>('events', {ttl: '1h'})`. */
export class ListStateDescriptor<T> extends DescriptorBase<'list'> {
  readonly kind = 'list'
  declare readonly content?: T

  constructor(name: string, options: StateOptions = {}) {
    super(name, options)
  }
}

/** A map per key: `new MapStateDescriptor<string, number>('clicks')`. Also describes broadcast state. */
export class MapStateDescriptor<K, V> extends DescriptorBase<'map'> {
  readonly kind = 'map'
  declare readonly content?: [K, V]

  constructor(name: string, options: StateOptions = {}) {
    super(name, options)
  }
}

/** What is left of the values by a reduce function: `new ReducingStateDescriptor<number>('max', Math.max)`. */
export class ReducingStateDescriptor<T> extends DescriptorBase<'reducing'> {
  readonly kind = 'reducing'
  readonly reduce: (a: T, b: T) => T

  constructor(name: string, reduceFunction: ReduceFunction<T>, options: StateOptions = {}) {
    super(name, options)
    this.reduce = typeof reduceFunction === 'function' ? reduceFunction : (a, b) => reduceFunction.reduce(a, b)
  }
}

/** The result of an aggregate function: `new AggregatingStateDescriptor('average', new Average())`. */
export class AggregatingStateDescriptor<IN, ACC, OUT> extends DescriptorBase<'aggregating'> {
  readonly kind = 'aggregating'

  constructor(
    name: string,
    readonly aggregateFunction: AggregateFunction<IN, ACC, OUT>,
    options: StateOptions = {},
  ) {
    super(name, options)
  }
}

function badName(name: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_STATE_NAME',
    `a state descriptor needs a name: a text that is not empty, unlike ${JSON.stringify(name) ?? String(name)}`,
    {name: String(name)},
    {tryThis: "For example: new ValueStateDescriptor<number>('count')."},
  )
}
