const PAIR = /([^\s="]+)(?:=("(?:[^"\\]|\\.)*"|\S*))?/g
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/

/**
 * A line of `key=value` pairs (logfmt): `level=info msg="it works" ms=3`. A key without `=` is true; what looks like a number becomes one, unless
 * something would be lost, as in `007`; anything else is text.
 */
export function parseLogfmt(line: string): Record<string, string | number | boolean> {
  const record: Record<string, string | number | boolean> = {}
  for (const [, key, value] of line.matchAll(PAIR)) record[key] = value === undefined ? true : fieldValue(value)
  return record
}

function fieldValue(text: string): string | number {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) return unquoted(text)
  return NUMBER.test(text) ? Number(text) : text
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
}

const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r'}
