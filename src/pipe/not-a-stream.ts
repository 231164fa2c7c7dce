import {program} from '../api/index.js'
import {FtsError} from '../core/index.js'

/** What an expression gave that cannot be printed. */
export function notAStream(result: unknown): FtsError {
  const {what, tryThis} = resultOf(result)
  return new FtsError('user', 'FTS_PIPE_RESULT', `the expression gives ${what}, expected a stream`, {}, {tryThis})
}

function resultOf(result: unknown): {readonly what: string; readonly tryThis: string} {
  if (result instanceof program.WindowedStream || result instanceof program.AllWindowedStream)
    return {what: 'windows', tryThis: 'Say what they compute: .count(), .sum(…), .reduce(…), .aggregate(…).'}
  if (typeof result === 'function') return {what: 'a function', tryThis: `Call it: ${result.name || '…'}().`}
  const what = result === undefined ? 'nothing' : result === null ? 'null' : `a ${typeof result}`
  return {what, tryThis: 'Begin with lines(), csv(), json() or text(…): lines().filter(l => l !== "")'}
}
