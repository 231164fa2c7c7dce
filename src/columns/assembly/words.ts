// The WebAssembly kernels of a word count: what an instance exports. See ../README.md for the passes and the layout.

import {fillConstants} from './layout'
import {clearWords} from './count'
import {clearTable, resetTable, setLimit} from './table'

export {addBlock, addReserved, addWords, countBlock, countReserved, getWords} from './count'
export {
  beginTokens, dropTokens, fillTokens, getInvalid, getTokenBytes, getTokenRows, memoise, tokenizeBlock, unknownLength,
  unknownStart,
} from './tokens'
export {
  addNormalised, entryBytes, entryLength, entryValue, gatherRaw, gatheredCount, getGatheredBytes, getPile, getRowBytes, readRows,
  startReading,
} from './read'
export {countNewlines} from './lines'
export {
  beginMerge, endInput, feed, feedCountsAt, feedOffsetsAt, getMergedBytesAt, isMergeDone, mergeRows, reserveFeed, wantedInput,
} from './merge'
export {getCountsAt, getLinesAt, getOffsetsAt, reserveRows, writeLines} from './format'
export {getEntryCount, getRawCount, reserveLong, resetTable, setLimit} from './table'

/** To be called once, before anything else. */
export function initialise(limitBytes: f64): void {
  fillConstants()
  setLimit(limitBytes)
  resetTable()
}

/** Empties the table. */
export function clear(): void {
  clearTable()
  clearWords()
}
