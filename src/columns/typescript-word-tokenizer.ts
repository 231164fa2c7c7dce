import {javaStringHashUtf8} from '../core/index.js'
import {type ColumnBatch, WORD_SCHEMA} from './batch.js'
import {nextChunk} from './next-chunk.js'
import {normaliseChunk} from './normalise-chunk.js'
import type {WordTokenizer} from './word-kernel.js'
import {textKey} from './word-store.js'

/** The tokenizer of the TypeScript twin. */
export class TypeScriptWordTokenizer implements WordTokenizer {
  #input = new Uint8Array(0)
  #key = textKey(this.#input)
  #at = 0
  /** Words of a chunk that did not fit into the batch that its first words went into. */
  #waiting: readonly Uint8Array[] = []
  #out = new Uint8Array(4096)
  #words = 0
  #invalidUtf8 = 0

  reserveInput(minBytes: number): Uint8Array {
    if (this.#input.length < minBytes) this.#input = new Uint8Array(minBytes)
    return this.#input
  }

  start(text: Uint8Array): void {
    this.#key = textKey(text)
    this.#at = 0
    this.#waiting = []
  }

  next(maxRows: number): ColumnBatch | undefined {
    const offsets = new Int32Array(maxRows + 1)
    let rowCount = 0
    while (rowCount < maxRows && this.#fetch()) {
      const taken = this.#waiting.slice(0, maxRows - rowCount)
      for (const word of taken) offsets[rowCount + 1] = this.#append(word, offsets[rowCount++])
      this.#waiting = this.#waiting.slice(taken.length)
    }
    this.#words += rowCount
    return rowCount === 0 ? undefined : this.#batch(offsets, rowCount)
  }

  stats(): {readonly words: number; readonly invalidUtf8: number} {
    return {words: this.#words, invalidUtf8: this.#invalidUtf8}
  }

  free(): void {
    this.start(new Uint8Array(0))
    this.#input = new Uint8Array(0)
  }

  /** Makes sure that a word waits; false at the end of the text. */
  #fetch(): boolean {
    while (this.#waiting.length === 0) {
      if (!nextChunk(this.#key, this.#at)) return false
      this.#at = this.#key.end
      this.#waiting = this.#wordsOfChunk()
    }
    return true
  }

  #wordsOfChunk(): readonly Uint8Array[] {
    const {bytes, start, end, raw, fold} = this.#key
    const chunk = bytes.subarray(start, end)
    if (!raw) return [chunk.map((byte) => fold[byte])]
    const {words, invalidUtf8} = normaliseChunk(chunk)
    this.#invalidUtf8 += invalidUtf8
    return words
  }

  #append(word: Uint8Array, at: number): number {
    const end = at + word.length
    if (end > this.#out.length) {
      const grown = new Uint8Array(Math.max(end, this.#out.length * 2))
      grown.set(this.#out)
      this.#out = grown
    }
    this.#out.set(word, at)
    return end
  }

  #batch(allOffsets: Int32Array, rowCount: number): ColumnBatch {
    const offsets = allOffsets.subarray(0, rowCount + 1)
    const bytes = this.#out
    const keyHashes = new Int32Array(rowCount)
    for (let i = 0; i < rowCount; i++) keyHashes[i] = javaStringHashUtf8(bytes, offsets[i], offsets[i + 1])
    return {kind: 'columns', schema: WORD_SCHEMA, rowCount, columns: [{type: 'utf8', bytes, offsets}], keyHashes}
  }
}
