import type {CsvGroupColumn, CsvGroupPlan} from '../../../columns/index.js'
import type {AggregatePlan} from '../../../operators/index.js'
import type {CsvColumn} from './csv-columns.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/**
 * How built-in aggregates over CSV are done on bytes; undefined where records must be made: for other keys than one text field, for fields that
 * are dates or booleans, for options beyond delimiter and quote. What the kernel does with a record is what would be done with its object.
 */
export function csvGroupPlan(
  columns: readonly CsvColumn[],
  {dialect, nullWords, ignoreEmpty}: ResolvedCsvOptions,
  {keyFields, valueFields}: AggregatePlan,
): CsvGroupPlan | undefined {
  const {delimiter, quote, escape: escapeByte, comment, ltrim, rtrim} = dialect
  if (delimiter.length !== 1 || comment >= 0 || ltrim || rtrim || nullWords !== undefined || ignoreEmpty)
    return undefined
  if (quote >= 0 && escapeByte !== quote) return undefined
  const keyColumn = columns.findIndex(({name, isRead}) => isRead && name === keyFields[0])
  if (keyFields.length !== 1 || columns[keyColumn]?.type !== 'string') return undefined
  const planned = columns.map((column) => planOf(column, valueFields.indexOf(column.name)))
  if (!planned.every((column) => column !== undefined)) return undefined
  const found = planned.filter(({slot}) => slot !== undefined).length
  if (found < valueFields.length) return undefined
  return {columns: planned, keyColumn, slotCount: valueFields.length, delimiter: delimiter[0], quote}
}

function planOf({type, isRead}: CsvColumn, slot: number): CsvGroupColumn | undefined {
  if (!isRead || type === 'string') return slot < 0 ? {kind: 'text'} : undefined
  if (type !== 'integer' && type !== 'number') return undefined
  return slot < 0 ? {kind: type} : {kind: type, slot}
}
