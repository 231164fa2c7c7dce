import type {FieldReference, KeySelector} from '../functions/index.js'
import type {Operator} from '../operator.js'
import type {EmitMode} from './emit-mode.js'
import {copyRecord, type Fields, fieldFold} from './field-fold.js'
import {KeyedReduceOperator} from './keyed-reduce.js'
import {KeyedSumOperator} from './keyed-sum.js'
import {type RollingAggregateKind, type RollingAggregateOptions, rollingAggregate} from './rolling-aggregate.js'
import {shallowCopy} from './shallow-copy.js'

export interface KeyedRollingAggregateOptions<T> extends RollingAggregateOptions {
  readonly keySelector: KeySelector<T>
  readonly kind: RollingAggregateKind
  readonly field: FieldReference
  /** Default: `updates`. */
  readonly emit?: EmitMode
}

/** The operator of `keyed.sum(field)`, `min`, `max`, `minBy` and `maxBy`; see `rollingAggregate` for what they give. */
export function createRollingAggregate<T>(options: KeyedRollingAggregateOptions<T>): Operator {
  const {keySelector, emit = 'updates'} = options
  const fold = rollingFold<T>(options)
  if (fold.sumField === undefined || emit !== 'final') return new KeyedReduceOperator<T>({keySelector, ...fold, emit})
  return new KeyedSumOperator<T>({keySelector, ...fold, sumField: fold.sumField})
}

/** How a rolling aggregate begins with a record of its own, and folds others into it. */
export interface RollingFold<T> {
  readonly begin: (first: T) => T
  readonly reduce: (own: T, record: T) => T
  readonly copy: (own: T) => T
  /** The field that is added up; absent where something else is done. */
  readonly sumField?: FieldReference
}

export function rollingFold<T>(options: Omit<KeyedRollingAggregateOptions<T>, 'keySelector' | 'emit'>): RollingFold<T> {
  const {kind, field} = options
  if (kind === 'sum') return {...foldInPlace<T>(kind, field), sumField: field}
  if (kind !== 'minBy' && kind !== 'maxBy') return foldInPlace<T>(kind, field)
  return {begin: shallowCopy, reduce: rollingAggregate<T>(kind, field, options), copy: shallowCopy}
}

/** Sum, min and max on a record of the state's own. */
function foldInPlace<T>(kind: 'sum' | 'min' | 'max', field: FieldReference): RollingFold<T> {
  const fold = fieldFold(kind, field)
  const folded = {
    begin: (first: Fields): Fields => {
      // So that a first record without a number in the field is refused like a later one.
      fold(first[field], first[field])
      return copyRecord(first)
    },
    reduce: (own: Fields, record: Fields): Fields => {
      const changed = own as Record<FieldReference, unknown>
      changed[field] = fold(own[field], record[field])
      return own
    },
    copy: copyRecord,
  }
  return folded as unknown as RollingFold<T>
}
