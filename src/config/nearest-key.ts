/**
 * The known key that a mistyped one most likely meant: the fewest edits, and at most a third of the key's length;
 * else a key that ends or begins with what was typed. `undefined` when nothing is near.
 */
export function nearestKey(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase()
  const ranked = known
    .map((key) => ({key, distance: editDistance(wanted, key.toLowerCase())}))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  if (best !== undefined && best.distance <= Math.max(2, typed.length / 3)) return best.key
  if (wanted.length < 4) return undefined
  return known.find((key) => key.toLowerCase().endsWith(wanted) || key.toLowerCase().startsWith(wanted))
}

/** Levenshtein distance, two rows at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[j] + 1, current[j - 1] + 1))
    }
    previous = current
  }
  return previous[b.length]
}
