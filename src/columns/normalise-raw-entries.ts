import {FtsError} from '../core/index.js'
import type {KernelInstance} from './kernel-instance.js'
import {BLOCK} from './kernel-layout.js'
import {normaliseChunk} from './normalise-chunk.js'

const decoder = new TextDecoder('utf-8', {ignoreBOM: true})
const encoder = new TextEncoder()

/**
 * Replaces a table's raw chunks by their words. Chunks are taken many at a time, one in a line: a line feed ends a
 * UTF-8 sequence and the context of a final sigma, so the block can be decoded and lower-cased as a whole.
 *
 * Answers the number of invalid UTF-8 sequences. Lifts the table's limit; the caller sets it again.
 */
export function normaliseRawEntries(
  kernel: KernelInstance,
  addWord: (word: Uint8Array, count: number) => void,
): number {
  const {exports} = kernel
  if (exports.getRawCount() === 0) return 0
  exports.setLimit(Number.POSITIVE_INFINITY)
  const end = exports.getEntryCount()
  let invalidUtf8 = 0
  for (let entry = 0; entry < end; ) {
    entry = exports.gatherRaw(entry, end)
    if (exports.getGatheredBytes() > 0) invalidUtf8 += normaliseGathered(kernel)
    else if (entry < end) invalidUtf8 += normaliseLong(kernel, entry++, addWord)
  }
  return invalidUtf8
}

function normaliseGathered(kernel: KernelInstance): number {
  const {exports} = kernel
  const raw = kernel.slice(BLOCK, exports.getGatheredBytes())
  const text = decoder.decode(raw)
  const invalidUtf8 = text.includes('\ufffd') ? countInvalid(kernel, raw) : 0
  const {written} = encoder.encodeInto(text.toLowerCase().replace(/[^\S\n]+/g, ' '), kernel.rowBytes)
  if (exports.addNormalised(written) === 0) throw noMemory()
  return invalidUtf8
}

function countInvalid(kernel: KernelInstance, raw: Uint8Array): number {
  let invalidUtf8 = 0
  let start = 0
  for (let line = 0; start < raw.length; line++) {
    const end = raw.indexOf(0x0a, start)
    invalidUtf8 += normaliseChunk(raw.subarray(start, end)).invalidUtf8 * kernel.exports.gatheredCount(line)
    start = end + 1
  }
  return invalidUtf8
}

function normaliseLong(
  kernel: KernelInstance,
  entry: number,
  addWord: (word: Uint8Array, count: number) => void,
): number {
  const {exports} = kernel
  const count = exports.entryValue(entry)
  const chunk = normaliseChunk(kernel.slice(exports.entryBytes(entry), exports.entryLength(entry)))
  exports.addWords(-count)
  for (const word of chunk.words) addWord(word, count)
  return chunk.invalidUtf8 * count
}

function noMemory(): FtsError {
  return new FtsError('restartable', 'FTS_MEMORY_EXCEEDED', 'the system has no memory for the words of a table', {})
}
