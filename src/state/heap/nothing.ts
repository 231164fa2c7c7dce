/** An iteration over nothing. */
export function nothing(): IterableIterator<never> {
  return ([] as never[]).values()
}
