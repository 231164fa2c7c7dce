import {nearestKey} from '../../../config/index.js'
import {FtsError} from '../../../core/index.js'
import {BAD_RECORD_POLICIES, BAD_RECORDS_TAG, type BadRecordPolicy} from '../bad/bad-record.js'
import {FIELD_TYPES, type SchemaOption} from '../schema/record-schema.js'
import type {JsonReadOptions} from './json-options.js'

/** JsonReadOptions, checked and with defaults. */
export interface ResolvedJsonOptions {
  readonly fields: ReadonlySet<string> | undefined
  readonly schema: SchemaOption
  readonly onError: BadRecordPolicy
  readonly sideOutputTag: string
}

const KNOWN = ['fields', 'schema', 'onError', 'sideOutputTag'] as const satisfies readonly (keyof JsonReadOptions)[]

/** Errors: `user` FTS_JSON_OPTION for an unknown option or a wrong value; the sentence says what is expected. */
export function resolveJsonOptions(options: JsonReadOptions = {}): ResolvedJsonOptions {
  for (const key of Object.keys(options)) {
    if (!(KNOWN as readonly string[]).includes(key))
      throw wrong(key, `there is no such option; there are ${KNOWN.join(', ')}`, nearestKey(key, KNOWN))
  }
  const {fields, schema = {}, onError = 'fail', sideOutputTag = BAD_RECORDS_TAG} = options
  const isFields = Array.isArray(fields) && fields.length > 0 && fields.every((field) => typeof field === 'string')
  if (fields !== undefined && !isFields) throw wrong('fields', 'expected an array of one name or more')
  for (const [name, type] of Object.entries(schema)) {
    if (!FIELD_TYPES.includes(type)) {
      throw wrong(
        'schema',
        `field "${name}" has type ${JSON.stringify(type)}, expected one of ${FIELD_TYPES.join(', ')}`,
      )
    }
  }
  if (!BAD_RECORD_POLICIES.includes(onError)) {
    throw wrong('onError', `it is ${JSON.stringify(onError)}, expected ${BAD_RECORD_POLICIES.join(' or ')}`)
  }
  return {fields: fields === undefined ? undefined : new Set(fields), schema, onError, sideOutputTag}
}

function wrong(option: string, reason: string, near?: string): FtsError {
  const tryThis = near === undefined ? {} : {tryThis: `Did you mean "${near}"?`}
  return new FtsError('user', 'FTS_JSON_OPTION', `JSON option "${option}": ${reason}`, {option}, tryThis)
}
