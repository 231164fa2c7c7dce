import type {FieldReference, KeySelector} from '../functions/index.js'
import type {Operator} from '../operator.js'
import type {EmitMode} from './emit-mode.js'
import {copyRecord, type Fields, fieldFold} from './field-fold.js'
import {KeyedReduceOperator} from './keyed-reduce.js'
import {type RollingAggregateKind, type RollingAggregateOptions, rollingAggregate} from './rolling-aggregate.js'

export interface KeyedRollingAggregateOptions<T> extends RollingAggregateOptions {
  readonly keySelector: KeySelector<T>
  readonly kind: RollingAggregateKind
  readonly field: FieldReference
  /** Default: `updates`. */
  readonly emit?: EmitMode
}

/** The operator of `keyed.sum(field)`, `min`, `max`, `minBy` and `maxBy`; see `rollingAggregate` for what they give. */
export function createRollingAggregate<T>(options: KeyedRollingAggregateOptions<T>): Operator {
  const {keySelector, kind, field, emit = 'updates'} = options
  if (kind === 'minBy' || kind === 'maxBy')
    return new KeyedReduceOperator<T>({keySelector, reduce: rollingAggregate<T>(kind, field, options), emit})
  const folding = foldInPlace(kind, field)
  return new KeyedReduceOperator<Fields>({keySelector: keySelector as KeySelector<Fields>, ...folding, emit})
}

/** Sum, min and max on a record of the state's own. */
function foldInPlace(kind: 'sum' | 'min' | 'max', field: FieldReference) {
  const fold = fieldFold(kind, field)
  return {
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
}
