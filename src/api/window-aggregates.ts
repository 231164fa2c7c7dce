import {
  type FieldReference,
  type RollingAggregateKind,
  type RollingAggregateOptions,
  rollingAggregate,
  sumAggregate,
  type Window,
} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import {requireField} from './require-field.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {FieldOf, NumericFieldOf} from './stream-types.js'
import {WindowBuilder} from './window-settings.js'

/** What windows of a key and windows of a whole stream can compute alike: results that are elements themselves. */
export abstract class WindowAggregates<T, W extends Window> extends WindowBuilder<T, W> {
  /** The first element of a window, with the sum of a field over all. */
  sum(field: NumericFieldOf<T>): SingleOutputStreamOperator<T> {
    requireField('sum', field)
    return this.computeSame({kind: 'aggregate', aggregate: sumAggregate<T>(field as FieldReference)})
  }

  /** The first element of a window, with the least value of a field. The other fields are not of the element that has it. */
  min(field: FieldOf<T>): SingleOutputStreamOperator<T> {
    return this.extreme('min', field)
  }

  /** The first element of a window, with the greatest value of a field; see `min`. */
  max(field: FieldOf<T>): SingleOutputStreamOperator<T> {
    return this.extreme('max', field)
  }

  /** The element with the least value of a field; of several the first, unless `first` is false. */
  minBy(field: FieldOf<T>, first = true): SingleOutputStreamOperator<T> {
    return this.extreme('minBy', field, {onTie: first ? 'first' : 'last'})
  }

  /** The element with the greatest value of a field; see `minBy`. */
  maxBy(field: FieldOf<T>, first = true): SingleOutputStreamOperator<T> {
    return this.extreme('maxBy', field, {onTie: first ? 'first' : 'last'})
  }

  private extreme(
    kind: RollingAggregateKind,
    field: FieldReference,
    options: RollingAggregateOptions = {},
  ): SingleOutputStreamOperator<T> {
    requireField(kind, field)
    return this.computeSame({kind: 'reduce', reduce: rollingAggregate<T>(kind, field, options)})
  }

  /** @internal */
  protected abstract computeSame(computation: SameComputation<T>): SingleOutputStreamOperator<T>
}

/** A computation that makes an element of elements, without a function for the result, which would be about a key. */
export type SameComputation<T> =
  | {readonly kind: 'reduce'; readonly reduce: ReduceFunction<T>}
  // biome-ignore lint/suspicious/noExplicitAny: the accumulator is the function's own matter
  | {readonly kind: 'aggregate'; readonly aggregate: AggregateFunction<T, any, any>}
