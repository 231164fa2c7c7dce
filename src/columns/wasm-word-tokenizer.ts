import {javaStringHashUtf8} from '../core/index.js'
import {isAsciiSpace} from './ascii.js'
import {type ColumnBatch, type Utf8Column, WORD_SCHEMA} from './batch.js'
import {KernelInstance} from './kernel-instance.js'
import {BLOCK, BLOCK_BYTES, ROWS_MAX} from './kernel-layout.js'
import {type NormalisedChunk, normaliseChunk} from './normalise-chunk.js'
import type {WordTokenizer} from './word-kernel.js'

/** What the memo of normalised chunks may hold before it is emptied. */
const MEMO_LIMIT_BYTES = 16 * 1024 * 1024
const BLOCK_DONE = 0
const CHUNK_UNKNOWN = 2

/** The tokenizer in WebAssembly. Chunks with bytes >= 0x80 are normalised here and remembered there. */
export class WasmWordTokenizer implements WordTokenizer {
  #kernel: KernelInstance
  #input: Uint8Array = new Uint8Array(0)
  #text = this.#input
  #at = 0
  /** Words of a chunk that is longer than a block: each is a batch of its own. */
  #longWords: readonly Uint8Array[] = []
  #longAt = 0
  #longInvalid = 0
  #words = 0

  constructor(module: WebAssembly.Module) {
    this.#kernel = new KernelInstance(module, MEMO_LIMIT_BYTES)
  }

  reserveInput(minBytes: number): Uint8Array {
    if (this.#input.length < minBytes) this.#input = new Uint8Array(minBytes)
    return this.#input
  }

  start(text: Uint8Array): void {
    this.#text = text
    this.#at = 0
    this.#longWords = []
    this.#longAt = 0
    this.#kernel.exports.dropTokens()
  }

  next(maxRows: number): ColumnBatch | undefined {
    const {exports} = this.#kernel
    exports.beginTokens()
    while (this.#longAt === this.#longWords.length) {
      const status = exports.fillTokens(Math.min(maxRows, ROWS_MAX))
      if (status === CHUNK_UNKNOWN) {
        this.#memoise()
        continue
      }
      const isDone = status === BLOCK_DONE && this.#at === this.#text.length
      if (status === BLOCK_DONE && !isDone && this.#feed()) continue
      const rowCount = exports.getTokenRows()
      if (rowCount > 0) return this.#batch(rowCount)
      if (isDone) return undefined
      this.#takeLongChunk()
    }
    return this.#longBatch()
  }

  stats(): {readonly words: number; readonly invalidUtf8: number} {
    return {words: this.#words, invalidUtf8: this.#kernel.exports.getInvalid() + this.#longInvalid}
  }

  free(): void {
    this.start(new Uint8Array(0))
    this.#input = this.#text
  }

  /** Gives the kernel the next block; false when a chunk that is longer than a block begins here. */
  #feed(): boolean {
    const text = this.#text
    const size = Math.min(BLOCK_BYTES, text.length - this.#at)
    const kernel = this.#kernel.refresh()
    kernel.bytes.set(text.subarray(this.#at, this.#at + size), BLOCK)
    const done = kernel.exports.tokenizeBlock(size, this.#at + size === text.length)
    this.#at += done
    return done > 0
  }

  #memoise(): void {
    const {exports} = this.#kernel
    const raw = this.#kernel.slice(exports.unknownStart(), exports.unknownLength())
    const memo = encodeMemo(normaliseChunk(raw))
    const place = exports.memoise(memo.length)
    this.#kernel.slice(place, memo.length).set(memo)
  }

  #takeLongChunk(): void {
    const text = this.#text
    const start = this.#at
    let end = start
    while (end < text.length && !isAsciiSpace(text[end])) end++
    const {words, invalidUtf8} = normaliseChunk(text.subarray(start, end))
    this.#at = end
    this.#longWords = words
    this.#longAt = 0
    this.#longInvalid += invalidUtf8
  }

  #longBatch(): ColumnBatch {
    const word = this.#longWords[this.#longAt++]
    this.#words++
    const offsets = Int32Array.of(0, word.length)
    const keyHashes = Int32Array.of(javaStringHashUtf8(word, 0, word.length))
    return wordBatch({type: 'utf8', bytes: word, offsets}, keyHashes)
  }

  #batch(rowCount: number): ColumnBatch {
    const kernel = this.#kernel
    this.#words += rowCount
    const words = kernel.words(rowCount, kernel.exports.getTokenBytes())
    return wordBatch(words, kernel.keyHashes.subarray(0, rowCount))
  }
}

function wordBatch(words: Utf8Column, keyHashes: Int32Array): ColumnBatch {
  return {kind: 'columns', schema: WORD_SCHEMA, rowCount: keyHashes.length, columns: [words], keyHashes}
}

/** The form in which assembly/tokens.ts reads the words of a chunk. */
function encodeMemo({words, invalidUtf8}: NormalisedChunk): Uint8Array {
  const size = words.reduce((bytes, word) => bytes + 8 + word.length, 8)
  const memo = Buffer.allocUnsafe(size)
  memo.writeUInt32LE(words.length, 0)
  memo.writeUInt32LE(invalidUtf8, 4)
  let at = 8
  for (const word of words) {
    memo.writeUInt32LE(word.length, at)
    memo.writeInt32LE(javaStringHashUtf8(word, 0, word.length), at + 4)
    memo.set(word, at + 8)
    at += 8 + word.length
  }
  return memo
}
