import type {AggregatePlan} from '../operators/index.js'
import type {StreamEnd, TransformationSpec} from './transformation.js'

/** What of the options of a parser decides here. */
interface ParserOptions {
  readonly fields?: readonly string[]
  readonly schema?: object
  readonly onError?: string
}

/** Whether records that are only added up are read without being made, in batch mode; see ParseCsvOperator and ParseJsonOperator. For `fts info`. */
export function isAddedUpOnBytes(ends: readonly StreamEnd[], {keyFields, valueFields}: AggregatePlan): boolean {
  return ends.every((end) => {
    if (parserOf(end) === 'csv.parse') return true
    const filter = filterOf(end)
    const source = filter === undefined ? end : filter.inputs[0][0]
    if (parserOf(source) !== 'json.parse' || keyFields.length !== 1) return false
    const {fields, schema = {}} = optionsOf(source)
    const asked = [...keyFields, ...valueFields, ...(filter?.predicate?.terms ?? []).map(({field}) => field)]
    return Object.keys(schema).length === 0 && (fields === undefined || asked.every((field) => fields.includes(field)))
  })
}

/** Whether records that are only written as JSON lines are not made. */
export function isWrittenOnBytes(ends: readonly StreamEnd[]): boolean {
  return ends.every((end) => parserOf(end) === 'csv.parse' && optionsOf(end).onError !== 'sideOutput')
}

/** The filter before an aggregation, if it can be read from its text. */
export function filterOf({from, outputTag}: StreamEnd): TransformationSpec | undefined {
  const {spec} = from
  const hasOneInput = spec.inputs.length === 1 && spec.inputs[0].length === 1
  return outputTag === undefined && spec.predicate !== undefined && hasOneInput ? spec : undefined
}

function parserOf({from, outputTag, exchange}: StreamEnd): string | undefined {
  const isHere =
    outputTag === undefined && (exchange === undefined || exchange.kind === 'forward' || exchange.kind === 'hash')
  return isHere ? from.spec.parser?.factory : undefined
}

function optionsOf({from}: StreamEnd): ParserOptions {
  const config = from.spec.parser?.config(undefined) as {readonly options?: ParserOptions} | undefined
  return config?.options ?? {}
}
