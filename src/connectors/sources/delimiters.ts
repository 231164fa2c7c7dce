/**
 * Behind the last delimiter in bytes that begin with a record; 0 where there is none. Nothing ends before `from`.
 *
 * From the left: in `aaa` the delimiter `aa` ends at 2, though the last place where it stands ends at 3.
 */
export function lastDelimiterEnd(bytes: Buffer, delimiter: Buffer, from = 0): number {
  if (delimiter.length === 1) return bytes.lastIndexOf(delimiter[0]) + 1
  let end = 0
  // It may have begun in what had come before.
  const first = bytes.indexOf(delimiter, Math.max(0, from - delimiter.length + 1))
  for (let at = first; at >= 0; at = bytes.indexOf(delimiter, end)) end = at + delimiter.length
  return end
}

/** How often the delimiter ends a record. */
export function countDelimiters(bytes: Buffer, delimiter: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + delimiter.length)) count += 1
  return count
}
