/** Removes, in place, the items for which `keeps` is false. */
export function keepWhere<T>(items: T[], keeps: (item: T) => boolean): void {
  let kept = 0
  for (const item of items) if (keeps(item)) items[kept++] = item
  items.length = kept
}
