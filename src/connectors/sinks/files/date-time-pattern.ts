import {FtsError} from '../../../core/index.js'

/** Milliseconds since the epoch as text. */
export type FormatInstant = (instantMs: number) => string

interface Parts {
  readonly y: string
  readonly M: string
  readonly d: string
  readonly H: string
  readonly m: string
  readonly s: string
}

const MINUTE_MS = 60_000

/**
 * A formatter for a pattern of Java's DateTimeFormatter, of which it knows `yyyy MM dd HH mm ss` (also shorter and longer runs, padded with
 * zeros) and text in single quotes; other letters are refused.
 *
 * `timeZone` is an IANA name such as `Europe/Zurich`; default: the system's. Offsets are taken to be whole minutes.
 *
 * Errors   `user` FTS_BAD_PATTERN.
 */
export function dateTimePattern(pattern: string, timeZone?: string): FormatInstant {
  const tokens = tokensOf(pattern)
  const zone = zoneOf(timeZone)
  let minute = Number.NaN
  let parts: Parts | undefined
  return (instantMs) => {
    const now = Math.floor(instantMs / MINUTE_MS)
    if (now !== minute || parts === undefined) {
      minute = now
      parts = partsOf(zone, now * MINUTE_MS)
    }
    const second = Math.floor((instantMs - now * MINUTE_MS) / 1000)
    return tokens.map((token) => textOf(token, parts!, second)).join('')
  }
}

type Token = string | {readonly letter: keyof Parts; readonly length: number}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (const [text] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (text === "'") throw badPattern(pattern, 'a quote is not closed')
    if (text.startsWith("'")) tokens.push(text === "''" ? "'" : text.slice(1, -1).replaceAll("''", "'"))
    else if (/^[yMdHms]/.test(text)) tokens.push({letter: text[0] as keyof Parts, length: text.length})
    else if (/^[A-Za-z]/.test(text)) throw badPattern(pattern, `"${text}" is not known`)
    else tokens.push(text)
  }
  return tokens
}

function textOf(token: Token, parts: Parts, second: number): string {
  if (typeof token === 'string') return token
  const value = token.letter === 's' ? String(second) : parts[token.letter]
  const shown = token.letter === 'y' && token.length === 2 ? value.slice(-2) : value
  return shown.padStart(token.length, '0')
}

function zoneOf(timeZone: string | undefined): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
      calendar: 'iso8601',
      ...(timeZone === undefined ? {} : {timeZone}),
    })
  } catch (cause) {
    throw new FtsError(
      'user',
      'FTS_BAD_PATTERN',
      `there is no time zone "${timeZone}"`,
      {timeZone: timeZone ?? null},
      {cause, tryThis: 'Use a name of the IANA database, such as Europe/Zurich or UTC.'},
    )
  }
}

function partsOf(zone: Intl.DateTimeFormat, instantMs: number): Parts {
  const found = Object.fromEntries(zone.formatToParts(new Date(instantMs)).map(({type, value}) => [type, value]))
  return {
    y: found.year,
    M: String(Number(found.month)),
    d: String(Number(found.day)),
    H: String(Number(found.hour)),
    m: String(Number(found.minute)),
    s: '0',
  }
}

function badPattern(pattern: string, why: string): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_PATTERN',
    `date pattern "${pattern}": ${why}`,
    {pattern},
    {tryThis: "Use yyyy, MM, dd, HH, mm and ss, with other text in single quotes: yyyy-MM-dd--HH, 'day='dd."},
  )
}
