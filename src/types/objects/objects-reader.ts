import type {ObjectBatch} from '../../columns/index.js'
import {FLAG_DEFINITIONS, FLAG_TIMESTAMPS, type MessageHeader, malformed} from '../wire/message-header.js'
import type {MessageReader} from '../wire/message-reader.js'
import {isShape} from './shape.js'
import {ShapeReader} from './shape-reader.js'

/** Rows of one shape as a message carried them. */
interface Group {
  readonly shapeId: number
  readonly records: readonly unknown[]
}

/** Reads messages of kind `objects` into records of their own: nothing of them points into the message. */
export class ObjectsReader {
  readonly #shapes = new Map<number, ShapeReader>()

  read(header: MessageHeader, reader: MessageReader): ObjectBatch {
    const {rowCount} = header
    if ((header.flags & FLAG_DEFINITIONS) !== 0) this.#define(reader.json())
    const groups: Group[] = []
    for (let i = 0; i < header.extra; i++) groups.push(this.#readGroup(reader))
    const values = groups.length === 1 ? groups[0].records : merge(groups, reader, rowCount)
    if (values.length !== rowCount) throw malformed(`it has ${values.length} records, its header says ${rowCount}`)
    if ((header.flags & FLAG_TIMESTAMPS) === 0) return {kind: 'objects', rowCount, values}
    return {kind: 'objects', rowCount, values, timestamps: reader.float64s(rowCount)}
  }

  #define(definitions: unknown): void {
    if (!Array.isArray(definitions)) throw malformed('its shapes are not a list')
    for (const definition of definitions as readonly unknown[]) {
      const [shapeId, shape] = Array.isArray(definition) ? (definition as readonly unknown[]) : []
      if (typeof shapeId !== 'number' || !isShape(shape)) throw malformed(`it defines ${JSON.stringify(definition)}`)
      if (this.#shapes.get(shapeId)?.isFor(shape) !== true) this.#shapes.set(shapeId, new ShapeReader(shape))
    }
  }

  #readGroup(reader: MessageReader): Group {
    const {first: shapeId, second: rowCount} = reader.pair()
    const shape = this.#shapes.get(shapeId)
    if (shape === undefined) throw malformed(`it uses shape ${shapeId}, which no earlier message has defined`)
    return {shapeId, records: shape.read(reader, rowCount)}
  }
}

/** Brings the rows of several groups into the order in which they were gathered. */
function merge(groups: readonly Group[], reader: MessageReader, rowCount: number): unknown[] {
  const values = new Array<unknown>(rowCount)
  if (groups.length === 0) return values.slice(0, 0)
  const tags = reader.bytes(rowCount)
  const next = new Int32Array(256)
  const recordsOf = new Map(groups.map((group) => [group.shapeId, group.records]))
  for (let i = 0; i < rowCount; i++) {
    const records = recordsOf.get(tags[i])
    if (records === undefined || next[tags[i]] === records.length)
      throw malformed(`row ${i} is in no group (${tags[i]})`)
    values[i] = records[next[tags[i]]++]
  }
  return values
}
