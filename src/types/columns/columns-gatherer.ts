import type {ColumnBatch, Field, Schema} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Gatherer} from '../wire/gatherer.js'
import {FLAG_DEFINITIONS, FLAG_TIMESTAMPS, HEADER_BYTES, KIND_COLUMNS} from '../wire/message-header.js'
import {MessageWriter} from '../wire/message-writer.js'
import {TimestampsBuilder} from '../wire/timestamps-builder.js'
import type {ColumnBuilder} from './column-builder.js'
import {FixedColumnBuilder} from './fixed-column-builder.js'
import {Utf8ColumnBuilder} from './utf8-column-builder.js'

/** The builders of one schema; `isSent` once a message has carried its definition. */
interface SchemaState {
  readonly id: number
  readonly schema: Schema
  readonly builders: readonly ColumnBuilder[]
  isSent: boolean
}

/** Gathers rows that are columns. Rows of one message share a schema and all have timestamps, or none has. */
export class ColumnsGatherer implements Gatherer<ColumnBatch> {
  readonly #writer = new MessageWriter()
  readonly #timestamps = new TimestampsBuilder()
  readonly #states = new Map<string, SchemaState>()
  #current: SchemaState | undefined
  #standAlone: boolean
  #rowCount = 0

  constructor({standAlone}: {readonly standAlone: boolean}) {
    this.#standAlone = standAlone
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get byteLength(): number {
    let byteLength = HEADER_BYTES + this.#timestamps.byteLength(this.#rowCount)
    if (this.#current === undefined) return byteLength
    for (const builder of this.#current.builders) byteLength += 8 + builder.byteLength(this.#rowCount)
    return byteLength
  }

  accepts(batch: ColumnBatch): boolean {
    if (this.#rowCount === 0) return true
    return this.#stateOf(batch.schema) === this.#current && (batch.timestamps !== undefined) === this.#timestamps.isUsed
  }

  append(batch: ColumnBatch, rows: Int32Array | undefined, rowCount: number): void {
    const state = this.#stateOf(batch.schema)
    assert(batch.columns.length === state.builders.length, 'a batch has a column for each field', {
      columns: batch.columns.length,
      fields: state.builders.length,
    })
    this.#current = state
    for (let i = 0; i < state.builders.length; i++) {
      state.builders[i].append(batch.columns[i], rows, rowCount, this.#rowCount)
    }
    this.#timestamps.append(batch.timestamps, rows, rowCount, this.#rowCount)
    this.#rowCount += rowCount
  }

  take(): Uint8Array {
    const state = this.#current as SchemaState
    const isFirst = this.#standAlone || !state.isSent
    this.#writer.start()
    if (isFirst) this.#writer.json(state.schema)
    for (const builder of state.builders) builder.write(this.#writer, this.#rowCount)
    this.#timestamps.write(this.#writer, this.#rowCount)
    const flags = (this.#timestamps.isUsed ? FLAG_TIMESTAMPS : 0) | (isFirst ? FLAG_DEFINITIONS : 0)
    const message = this.#writer.finish({kind: KIND_COLUMNS, flags, rowCount: this.#rowCount, extra: state.id})
    state.isSent = true
    this.#clear(state)
    return message
  }

  restart(): void {
    for (const state of this.#states.values()) {
      this.#clear(state)
      state.isSent = false
    }
  }

  #clear(state: SchemaState): void {
    for (const builder of state.builders) builder.clear()
    this.#timestamps.clear()
    this.#rowCount = 0
  }

  #stateOf(schema: Schema): SchemaState {
    if (this.#current !== undefined && this.#current.schema === schema) return this.#current
    const name = JSON.stringify(schema.fields.map((field) => [field.name, field.type]))
    let state = this.#states.get(name)
    if (state === undefined) {
      state = {id: this.#states.size, schema, builders: schema.fields.map(builderOf), isSent: false}
      this.#states.set(name, state)
    }
    return state
  }
}

function builderOf(field: Field): ColumnBuilder {
  return field.type === 'utf8' ? new Utf8ColumnBuilder() : new FixedColumnBuilder(field.type)
}
