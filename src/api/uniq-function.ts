import type {Duration} from '../core/index.js'
import {
  type Collector,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type RuntimeContext,
} from '../operators/index.js'
import {type ValueState, ValueStateDescriptor} from '../state/index.js'
import {type Ranking, toRank} from './to-rank.js'

export interface UniqOptions {
  /** A record that was not seen for so long counts as new again. Default: never, so the state grows with the number of keys. */
  readonly ttl?: Duration
}

/** Lets the first record of each key through. */
export class UniqFunction<T> extends KeyedProcessFunction<unknown, T, T> {
  /** Also what `fts info` reads. */
  readonly descriptor: ValueStateDescriptor<boolean>
  private seen!: ValueState<boolean>

  constructor(ttl: Duration | undefined) {
    super()
    this.descriptor = new ValueStateDescriptor<boolean>(
      'seen',
      ttl === undefined ? {} : {ttl: {ttl, updateType: 'OnReadAndWrite'}},
    )
  }

  override open(runtime: RuntimeContext): void {
    this.seen = runtime.getState(this.descriptor)
  }

  override processElement(record: T, _ctx: KeyedProcessContext<unknown>, out: Collector<T>): void {
    if (this.seen.value() === true) return
    this.seen.update(true)
    out.collect(record)
  }
}

/** The key that `uniq` compares: what a ranking gives, or the whole record. */
export function uniqKey<T>(by: Ranking<T> | undefined): (record: T) => unknown {
  const key = by === undefined ? (record: T) => record : toRank('uniq', by)
  return (record) => {
    const value = key(record)
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  }
}
