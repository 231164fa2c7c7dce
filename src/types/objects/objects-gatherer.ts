import type {ObjectBatch} from '../../columns/index.js'
import {assert, FtsError} from '../../core/index.js'
import {grow} from '../columns/grow.js'
import type {Gatherer} from '../wire/gatherer.js'
import {FLAG_DEFINITIONS, FLAG_TIMESTAMPS, HEADER_BYTES, KIND_OBJECTS} from '../wire/message-header.js'
import {MessageWriter} from '../wire/message-writer.js'
import {TimestampsBuilder} from '../wire/timestamps-builder.js'
import type {ShapeGroup} from './shape-group.js'
import {ShapeGroups} from './shape-groups.js'

/**
 * Gathers records in their JavaScript form, column by column. Records of several shapes may be mixed: each shape has its
 * own columns, and a tag for each row says which group it is in. All rows of a message have timestamps, or none has.
 */
export class ObjectsGatherer implements Gatherer<ObjectBatch> {
  #channelName: string
  #standAlone: boolean
  readonly #writer = new MessageWriter()
  readonly #timestamps = new TimestampsBuilder()
  readonly #groups: ShapeGroups
  /** Shape id of each row. */
  #tags: Uint8Array = new Uint8Array(0)
  #current: ShapeGroup | undefined
  #rowCount = 0

  constructor({channelName, standAlone}: {readonly channelName: string; readonly standAlone: boolean}) {
    this.#channelName = channelName
    this.#standAlone = standAlone
    this.#groups = new ShapeGroups(standAlone)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get byteLength(): number {
    let byteLength = HEADER_BYTES + this.#timestamps.byteLength(this.#rowCount)
    for (const group of this.#groups.used()) byteLength += group.byteLength
    return byteLength
  }

  accepts(batch: ObjectBatch): boolean {
    return this.#rowCount === 0 || (batch.timestamps !== undefined) === this.#timestamps.isUsed
  }

  append(batch: ObjectBatch, rows: Int32Array | undefined, rowCount: number): void {
    this.#tags = grow(this.#tags, this.#rowCount, this.#rowCount + rowCount)
    for (let from = 0; from < rowCount; ) from = this.#appendRun(batch.values, rows, from, rowCount)
    this.#flush()
    this.#timestamps.append(batch.timestamps, rows, rowCount, this.#rowCount)
    this.#rowCount += rowCount
  }

  take(): Uint8Array {
    const used = this.#groups.used()
    const fresh = this.#standAlone ? used : used.filter((group) => !group.isSent)
    this.#writer.start()
    if (fresh.length > 0) this.#writer.json(fresh.map((group) => [group.shapeId, group.shape]))
    for (const group of used) group.write(this.#writer)
    if (used.length > 1) this.#writer.section(this.#tags.subarray(0, this.#rowCount))
    this.#timestamps.write(this.#writer, this.#rowCount)
    const flags = (this.#timestamps.isUsed ? FLAG_TIMESTAMPS : 0) | (fresh.length > 0 ? FLAG_DEFINITIONS : 0)
    const message = this.#writer.finish({kind: KIND_OBJECTS, flags, rowCount: this.#rowCount, extra: used.length})
    for (const group of fresh) group.isSent = true
    this.#clear()
    return message
  }

  restart(channelName: string): void {
    this.#channelName = channelName
    this.#clear()
    this.#groups.restart()
    this.#current = undefined
  }

  /** Gives records to the group of the one before as long as it takes them; else to the first group that takes one. */
  #appendRun(values: readonly unknown[], rows: Int32Array | undefined, from: number, to: number): number {
    const {active} = this.#groups
    let next = this.#appendTo(this.#current, values, rows, from, to)
    for (let i = 0; i < active.length && next === from; i++) next = this.#appendTo(active[i], values, rows, from, to)
    if (next > from) return next
    this.#current = this.#groups.learn(values[rows === undefined ? from : rows[from]])
    next = this.#appendTo(this.#current, values, rows, from, to)
    assert(next > from, 'a shape takes the record it was inferred from', {shape: JSON.stringify(this.#current.shape)})
    return next
  }

  #appendTo(
    group: ShapeGroup | undefined,
    values: readonly unknown[],
    rows: Int32Array | undefined,
    from: number,
    to: number,
  ): number {
    if (group === undefined) return from
    const next = group.append(values, rows, from, to)
    if (next === from) return from
    this.#current = group
    this.#tags.fill(group.shapeId, this.#rowCount + from, this.#rowCount + next)
    return next
  }

  #flush(): void {
    try {
      for (const group of this.#groups.used()) group.flush()
    } catch (error) {
      throw this.#named(error)
    }
  }

  /** The same error, saying which channel could not send. */
  #named(error: unknown): unknown {
    if (!(error instanceof FtsError)) return error
    const {kind, code, details, tryThis} = error
    const message = `${this.#channelName}: ${error.message}`
    return new FtsError(kind, code, message, details, {cause: error, ...(tryThis === undefined ? {} : {tryThis})})
  }

  #clear(): void {
    this.#groups.clear()
    this.#timestamps.clear()
    this.#rowCount = 0
  }
}
