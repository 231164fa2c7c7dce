import {FtsError} from '../../../core/index.js'
import type {InputFile} from '../../sources/plan-files.js'
import {readSample} from '../read-sample.js'
import type {RecordSchema} from '../schema/record-schema.js'
import {inferJson} from './infer-json.js'
import type {JsonReadOptions} from './json-options.js'
import {resolveJsonOptions} from './resolve-json-options.js'

/**
 * Of a file that is longer than a sample less is looked at: JSON says of each value what it is, and what is found is only shown. 12 ms of processor time less, for which
 * whoever started the program waits.
 */
const LONG_FILE_BYTES = 128 * 1024

/** What is known about files of JSON lines before a job starts. They can be cut at any line end. */
export interface JsonPlan {
  /** The fields of the records as the sample has them, with the types of the user's schema. Empty: nothing to be seen. */
  readonly recordSchema: RecordSchema
}

/** Looks into the first file that is not empty. Errors: `user` FTS_JSON_OPTION, FTS_UNKNOWN_FIELD, FTS_CANNOT_READ. */
export function planJson(
  files: readonly Pick<InputFile, 'path' | 'compression' | 'isStream'>[],
  options: JsonReadOptions = {},
): JsonPlan {
  const {fields, schema} = resolveJsonOptions(options)
  for (const file of files) {
    if (file.isStream === true) continue
    const {bytes, isWhole} = readSample(file)
    if (bytes.length === 0) continue
    const looked = isWhole ? bytes : bytes.subarray(0, LONG_FILE_BYTES)
    const found = inferJson(Buffer.from(looked).toString('utf8'), isWhole)
    const wanted = [...(fields ?? []), ...Object.keys(schema)]
    if (isWhole) checkKnown(wanted, found, file.path)
    const read = found.filter(({name}) => fields === undefined || fields.has(name))
    return {recordSchema: read.map((field) => ({...field, type: schema[field.name] ?? field.type}))}
  }
  return {recordSchema: []}
}

/** A field that no record of a whole file has is a slip of the pen. */
function checkKnown(wanted: readonly string[], found: RecordSchema, path: string): void {
  const unknown = wanted.find((name) => found.every((field) => field.name !== name))
  if (unknown === undefined || found.length === 0) return
  const names = found.map(({name}) => name).join(', ')
  throw new FtsError(
    'user',
    'FTS_UNKNOWN_FIELD',
    `the field "${unknown}" is in no record of ${path} (they have: ${names})`,
    {field: unknown, path},
    {tryThis: 'Check the spelling; upper and lower case count.'},
  )
}
