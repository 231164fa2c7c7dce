import {recordText} from '../../connectors/index.js'

/** A record as a line for other tools: a text as it is, the fields of a tuple with tabs between them, anything else as `print` shows it. */
export function recordLine(record: unknown): string {
  return Array.isArray(record) ? record.flat(Number.POSITIVE_INFINITY).map(fieldText).join('\t') : recordText(record)
}

/** Nothing for what is not there, as `cut` and spreadsheets expect. */
function fieldText(field: unknown): string {
  return field === null || field === undefined ? '' : recordText(field)
}
