import {FtsError} from '../../core/index.js'

/** A line that a parser does not understand. */
export function logError(
  format: string,
  line: string,
  tryThis = 'skipBad(…) leaves such lines out and counts them.',
): FtsError {
  const shown = line.length > 120 ? `${line.slice(0, 120)}…` : line
  return new FtsError(
    'user',
    'FTS_BAD_LINE',
    `this is not a line of ${format}: ${JSON.stringify(shown)}`,
    {format},
    {tryThis},
  )
}
