import {createHash} from 'node:crypto'
import {open} from 'node:fs/promises'

/** What a file of counted words says. */
export interface Answer {
  readonly rows: number
  /** Sum of all counts. */
  readonly words: number
  /** The same for the same rows in any order. */
  readonly rowsDigest: string
  /** SHA-256 of the bytes. */
  readonly bytesDigest: string
}

const READ_BYTES = 1 << 20
const TAB = 0x09
const LINE_FEED = 0x0a

/** Reads lines `word TAB count` as a stream, so that 50 million of them fit. */
export async function readAnswer(path: string): Promise<Answer> {
  const file = await open(path)
  const bytes = createHash('sha256')
  const rows = new RowsReader()
  try {
    const buffer = new Uint8Array(READ_BYTES)
    for (;;) {
      const {bytesRead} = await file.read(buffer, 0, READ_BYTES)
      if (bytesRead === 0) break
      bytes.update(buffer.subarray(0, bytesRead))
      rows.add(buffer, bytesRead)
    }
  } finally {
    await file.close()
  }
  return {...rows.result(), bytesDigest: bytes.digest('hex')}
}

/** Adds up two hashes of each line: sums do not know an order. */
class RowsReader {
  #rows = 0
  #words = 0
  #sumA = 0
  #sumB = 0
  #hashA = 0x811c9dc5
  #hashB = 17
  #count = 0
  #isCount = false

  add(bytes: Uint8Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const byte = bytes[i]
      if (byte === LINE_FEED) this.#endLine()
      else this.#addByte(byte)
    }
  }

  result(): {readonly rows: number; readonly words: number; readonly rowsDigest: string} {
    const rowsDigest = [this.#sumA, this.#sumB].map((sum) => sum.toString(16).padStart(8, '0')).join('')
    return {rows: this.#rows, words: this.#words, rowsDigest}
  }

  #addByte(byte: number): void {
    this.#hashA = Math.imul(this.#hashA ^ byte, 0x01000193)
    this.#hashB = (Math.imul(this.#hashB, 31) + byte) | 0
    if (byte === TAB) this.#isCount = true
    else if (this.#isCount) this.#count = this.#count * 10 + byte - 0x30
  }

  #endLine(): void {
    this.#rows++
    this.#words += this.#count
    this.#sumA = (this.#sumA + this.#hashA) >>> 0
    this.#sumB = (this.#sumB + Math.imul(this.#hashB, 0x9e3779b1)) >>> 0
    this.#hashA = 0x811c9dc5
    this.#hashB = 17
    this.#count = 0
    this.#isCount = false
  }
}
