import type {Column, ColumnBatch, ColumnType, Field, Schema} from '../../columns/index.js'
import {FLAG_DEFINITIONS, FLAG_TIMESTAMPS, type MessageHeader, malformed} from '../wire/message-header.js'
import type {MessageReader} from '../wire/message-reader.js'
import {COLUMN_CODES} from './column-builder.js'

/** Reads messages of kind `columns`; the columns are views of the message. Keeps the schemas the channel has sent. */
export class ColumnsReader {
  readonly #schemas = new Map<number, Schema>()

  read(header: MessageHeader, reader: MessageReader): ColumnBatch {
    if ((header.flags & FLAG_DEFINITIONS) !== 0) this.#define(header.extra, readSchema(reader))
    const schema = this.#schemas.get(header.extra)
    if (schema === undefined) throw malformed(`it uses schema ${header.extra}, which no earlier message has defined`)
    const {rowCount} = header
    const columns = schema.fields.map((field) => readColumn(field, reader, rowCount))
    if ((header.flags & FLAG_TIMESTAMPS) === 0) return {kind: 'columns', schema, rowCount, columns}
    return {kind: 'columns', schema, rowCount, columns, timestamps: reader.float64s(rowCount)}
  }

  /** The same again is no news: whoever goes by the schema's identity sees no change. */
  #define(id: number, schema: Schema): void {
    const known = this.#schemas.get(id)
    if (known === undefined || !isSame(known, schema)) this.#schemas.set(id, schema)
  }
}

function isSame(a: Schema, b: Schema): boolean {
  const {fields} = b
  return (
    a.fields.length === fields.length &&
    a.fields.every(({name, type}, i) => name === fields[i].name && type === fields[i].type)
  )
}

function readSchema(reader: MessageReader): Schema {
  const schema = reader.json() as Partial<Schema> | null
  if (!Array.isArray(schema?.fields) || !schema.fields.every(isField))
    throw malformed('its schema has no list of fields')
  return schema as Schema
}

function isField(field: Partial<Field> | null): boolean {
  return typeof field?.name === 'string' && Object.hasOwn(COLUMN_CODES, String(field.type))
}

function readColumn(field: Field, reader: MessageReader, rowCount: number): Column {
  const {first, second, byteLength} = reader.columnHeader()
  if (first !== COLUMN_CODES[field.type] || second > 1) {
    throw malformed(`column "${field.name}" (${field.type}) begins with ${first} ${second}`)
  }
  const column = readValues(field.type, reader, rowCount, byteLength)
  return second === 0 ? column : {...column, validity: reader.bytes((rowCount + 7) >> 3)}
}

function readValues(type: ColumnType, reader: MessageReader, rowCount: number, byteLength: number): Column {
  switch (type) {
    case 'f64':
      return {type, values: reader.float64s(rowCount)}
    case 'i32':
      return {type, values: reader.int32s(rowCount)}
    case 'bool':
      return {type, values: reader.bytes(rowCount)}
    case 'utf8': {
      const offsets = reader.int32s(rowCount + 1)
      if (offsets[0] !== 0 || offsets[rowCount] !== byteLength) {
        throw malformed(`its strings span ${offsets[0]} to ${offsets[rowCount]}, but have ${byteLength} bytes`)
      }
      return {type, offsets, bytes: reader.bytes(byteLength)}
    }
  }
}
