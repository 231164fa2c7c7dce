import {parseTimestamp} from '../schema/parse-timestamp.js'
import type {FieldType, SchemaOption} from '../schema/record-schema.js'

/** Makes the fields of a record what a schema says; answers a reason if one cannot be, and undefined if all are. */
export type ConvertFields = (record: unknown) => string | undefined

/** Undefined where a schema asks for nothing. */
export function convertFields(schema: SchemaOption): ConvertFields | undefined {
  const fields = Object.entries(schema).filter(([, type]) => type !== 'json')
  if (fields.length === 0) return undefined
  return (record) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      return 'it is no object, so it has no fields'
    for (const [name, type] of fields) {
      const value = (record as Record<string, unknown>)[name]
      if (value === null || value === undefined || IS_TYPE[type](value)) continue
      const instant = type === 'timestamp' && typeof value === 'string' ? parseTimestamp(value) : undefined
      if (instant === undefined) return `field "${name}": ${JSON.stringify(value)} is not of type ${type}`
      ;(record as Record<string, unknown>)[name] = new Date(instant)
    }
    return undefined
  }
}

const IS_TYPE: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  timestamp: () => false,
  json: () => true,
}
