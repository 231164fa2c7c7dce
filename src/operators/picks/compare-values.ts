const RANKS: Readonly<Record<string, number>> = {boolean: 0, number: 1, bigint: 1, string: 2, object: 3}
const LAST = 4

/**
 * Orders values of any kind: false and true, numbers, texts by their characters' codes, then others; arrays field by field, dates as
 * their instants; what is not there (null, undefined) and NaN come last. Negative: `a` comes first.
 */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0
  const rankA = rankOf(a)
  const rankB = rankOf(b)
  if (rankA !== rankB) return rankA - rankB
  if (rankA === LAST) return 0
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b)
  if (rankA === RANKS.object) return compareTexts(JSON.stringify(a), JSON.stringify(b))
  const [left, right] = [plain(a), plain(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function rankOf(value: unknown): number {
  if (value === null || value === undefined || Number.isNaN(value)) return LAST
  if (value instanceof Date) return RANKS.number
  return RANKS[typeof value] ?? RANKS.object
}

function plain(value: unknown): number | string {
  return value instanceof Date ? value.getTime() : (value as number | string)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}
