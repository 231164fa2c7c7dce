/** The words of a line: what is between white space. */
export function words(line: string): string[] {
  const found = line.trim().split(/\s+/)
  return found[0] === '' ? [] : found
}
