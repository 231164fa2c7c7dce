/** The classic word count in plain JavaScript, in fts's default order: count descending, then the word's bytes. */
export function countWords(text: string): [word: string, count: number][] {
  const counts = new Map<string, number>()
  for (const word of text.toLowerCase().split(/\s+/)) if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
}

export function asTsv(rows: readonly (readonly [string, number])[]): string {
  return rows.map(([word, count]) => `${word}\t${count}\n`).join('')
}
