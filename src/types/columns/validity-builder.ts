import {grow} from './grow.js'

/** Gathers validity bits. Costs nothing as long as every row has a value. */
export class ValidityBuilder {
  #bits: Uint8Array = new Uint8Array(0)
  #isUsed = false

  /** Bits of the rows added since `take`, or undefined when all have a value. */
  bits(rowCount: number): Uint8Array | undefined {
    return this.#isUsed ? this.#bits.subarray(0, (rowCount + 7) >> 3) : undefined
  }

  append(source: Uint8Array | undefined, rows: Int32Array | undefined, added: number, rowCount: number): void {
    if (source === undefined && !this.#isUsed) return
    this.#start(rowCount, rowCount + added)
    for (let i = 0; i < added; i++) {
      const row = rows === undefined ? i : rows[i]
      const isValid = source === undefined || ((source[row >> 3] >> (row & 7)) & 1) === 1
      if (!isValid) this.#bits[(rowCount + i) >> 3] &= ~(1 << ((rowCount + i) & 7))
    }
  }

  clear(): void {
    this.#isUsed = false
  }

  /** Sets the bits of all rows that are new; the first time, of those before as well. */
  #start(rowCount: number, nextRowCount: number): void {
    const usedBytes = this.#isUsed ? (rowCount + 7) >> 3 : 0
    const neededBytes = (nextRowCount + 7) >> 3
    this.#bits = grow(this.#bits, usedBytes, neededBytes)
    this.#bits.fill(0xff, usedBytes, neededBytes)
    this.#isUsed = true
  }
}
