import {grow} from '../columns/grow.js'
import type {MessageWriter} from './message-writer.js'

/** Gathers event times; a message has one for each row or none at all. */
export class TimestampsBuilder {
  #values = new Float64Array(0)
  #isUsed = false

  get isUsed(): boolean {
    return this.#isUsed
  }

  append(source: Float64Array | undefined, rows: Int32Array | undefined, added: number, rowCount: number): void {
    this.#isUsed = source !== undefined
    if (source === undefined) return
    this.#values = grow(this.#values, rowCount, rowCount + added)
    if (rows === undefined) this.#values.set(source.subarray(0, added), rowCount)
    else for (let i = 0; i < added; i++) this.#values[rowCount + i] = source[rows[i]]
  }

  byteLength(rowCount: number): number {
    return this.#isUsed ? rowCount * 8 : 0
  }

  write(writer: MessageWriter, rowCount: number): void {
    if (this.#isUsed) writer.section(this.#values.subarray(0, rowCount))
  }

  clear(): void {
    this.#isUsed = false
  }
}
