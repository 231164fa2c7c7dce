import type {CsvJsonColumn, CsvJsonPlan} from '../../../columns/index.js'
import type {CsvColumn} from './csv-columns.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/**
 * How CSV becomes JSON lines in the kernel; undefined where more is needed: for timestamps, for options beyond delimiter and quote that change values, for
 * names that JSON.stringify would put in another order. What the kernel writes is what would be written of the record.
 */
export function csvJsonPlan(
  columns: readonly CsvColumn[],
  {dialect, nullWords, ignoreEmpty}: ResolvedCsvOptions,
): CsvJsonPlan | undefined {
  const {delimiter, quote, escape: escapeByte, comment, ltrim, rtrim} = dialect
  const changesValues = comment >= 0 || ltrim || rtrim || nullWords !== undefined || ignoreEmpty
  const isOneByte = delimiter.length === 1 && delimiter[0] < 0x80 && (quote < 0 || escapeByte === quote)
  if (changesValues || !isOneByte || columns.some(({name}) => isIndex(name))) return undefined
  const planned = columns.map(planOf)
  if (!planned.every((column) => column !== undefined)) return undefined
  return {columns: planned, delimiter: delimiter[0], quote}
}

/** Such keys come first in an object, in the order of the numbers. */
function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(name)
}

function planOf({name, type, isRead}: CsvColumn): CsvJsonColumn | undefined {
  if (!isRead) return {kind: 'skipped', name}
  if (type === 'string') return {kind: 'text', name}
  return type === 'integer' || type === 'number' || type === 'boolean' ? {kind: type, name} : undefined
}
