import {assert} from '../core/index.js'
import type {ColumnBatch, Float64Column, Utf8Column} from './batch.js'
import type {RowFormat} from './word-kernel.js'

const decoder = new TextDecoder('utf-8', {ignoreBOM: true})
const encoder = new TextEncoder()

/** The word and count columns of a batch of WORD_COUNT_SCHEMA. */
export function wordCountColumns(batch: ColumnBatch): {readonly words: Utf8Column; readonly counts: Float64Column} {
  const [words, counts] = batch.columns
  assert(words?.type === 'utf8' && counts?.type === 'f64', 'formatRows gets columns word utf8, count f64', {
    columns: batch.columns.map((column) => column.type).join(),
  })
  return {words: words as Utf8Column, counts: counts as Float64Column}
}

/** Rows as lines, in plain TypeScript. CSV is RFC 4180 and quotes only what must be quoted. */
export function formatRows(batch: ColumnBatch, format: RowFormat): Uint8Array {
  const {words, counts} = wordCountColumns(batch)
  const line = LINES[format]
  let text = ''
  for (let i = 0; i < batch.rowCount; i++) {
    const word = decoder.decode(words.bytes.subarray(words.offsets[i], words.offsets[i + 1]))
    text += line(word, counts.values[i])
  }
  return encoder.encode(text)
}

const LINES: Readonly<Record<RowFormat, (word: string, count: number) => string>> = {
  tsv: (word, count) => `${word}\t${count}\n`,
  csv: (word, count) => `${quoteCsv(word)},${count}\n`,
  json: (word, count) => `{"word":${JSON.stringify(word)},"count":${count}}\n`,
}

function quoteCsv(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
