/** Names the fields of tuples, or picks fields of objects, in this order; any other record becomes the first column. */
export function selectColumns(columns: readonly string[]): (record: unknown) => Record<string, unknown> {
  return (record) => {
    if (Array.isArray(record)) {
      const fields = record.flat(Number.POSITIVE_INFINITY)
      return Object.fromEntries(columns.map((name, index) => [name, fields[index] ?? null]))
    }
    if (typeof record !== 'object' || record === null || record instanceof Date) return {[columns[0]]: record}
    return Object.fromEntries(columns.map((name) => [name, (record as Record<string, unknown>)[name] ?? null]))
  }
}
