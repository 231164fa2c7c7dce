import type {Row} from './operator-harness.js'

/** What a word count must answer, the plain way. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

export function countRows(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [word, count] of rows) counts.set(word, (counts.get(word) ?? 0) + (count ?? 1))
  return counts
}

/** Rows in an order of the word count: by count descending, then by the word's bytes; or by the word's bytes. */
export function sortedRows(counts: ReadonlyMap<string, number>, order: 'count' | 'word'): Row[] {
  const byWord = (a: Row, b: Row) => Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]))
  const byCount = (a: Row, b: Row) => (b[1] ?? 0) - (a[1] ?? 0) || byWord(a, b)
  return [...counts].sort(order === 'count' ? byCount : byWord)
}
