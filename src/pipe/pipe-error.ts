import {program} from '../api/index.js'
import {nearestKey} from '../config/index.js'
import {FtsError} from '../core/index.js'
import {EXPRESSION_FILE, LINES_BEFORE} from './generate-pipe-module.js'
import * as language from './language.js'
import {SCOPE_NAMES} from './pipe-scope.js'

interface Place {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

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

/**
 * An error of a pipe with its place in the expression and a caret below it. What JavaScript itself says of an expression (a name that
 * is not there) becomes an error of the user's; errors that have no place in it stay as they are.
 */
export function pipeError(thrown: unknown, expression: string): FtsError {
  const error = thrown instanceof FtsError ? thrown : javaScriptError(thrown)
  const place = placeIn(thrown)
  return place === undefined ? error : withCaret(error, place, expression)
}

/** An error of the compiler: its place is in the module. */
export function pipeSyntaxError(error: FtsError, expression: string): FtsError {
  const {line, column} = error.details
  if (typeof line !== 'number' || typeof column !== 'number' || line === 0) return error
  const message = error.message.replace(/^\S+:\d+:\d+: /, '')
  const plain = new FtsError(
    error.kind,
    'FTS_PIPE_SYNTAX',
    message,
    {},
    error.tryThis === undefined ? {} : {tryThis: error.tryThis},
  )
  return withCaret(plain, {line: line - LINES_BEFORE, column: column + 1}, expression)
}

function javaScriptError(thrown: unknown): FtsError {
  const missing = thrown instanceof ReferenceError ? /^(\S+) is not defined/.exec(thrown.message)?.[1] : undefined
  if (missing !== undefined) return unknownName(missing, thrown)
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `the expression threw ${String(thrown)}`
  return new FtsError('user', 'FTS_PIPE_EXPRESSION', what, {}, {cause: thrown})
}

function unknownName(name: string, cause: unknown): FtsError {
  const known = [...SCOPE_NAMES, ...Object.keys(language), ...Object.keys(program)].filter((one) => one !== 'runPipe')
  const nearest = nearestKey(name, known)
  const tryThis =
    nearest === undefined
      ? `There are ${SCOPE_NAMES.join(', ')}, all of 'fts', and the helpers of docs/pipe.md.`
      : `Did you mean "${nearest}"?`
  return new FtsError('user', 'FTS_PIPE_NAME', `there is no "${name}"`, {name}, {cause, tryThis})
}

/** The innermost cause's first line of the expression. */
function placeIn(thrown: unknown): Place | undefined {
  if (!(thrown instanceof Error)) return undefined
  return placeIn(thrown.cause) ?? frameIn(thrown.stack)
}

const FRAME = new RegExp(`${EXPRESSION_FILE.replace('.', '\\.')}:(\\d+):(\\d+)`)

function frameIn(stack: string | undefined): Place | undefined {
  const match = FRAME.exec(stack ?? '')
  return match === null ? undefined : {line: Number(match[1]) - LINES_BEFORE, column: Number(match[2])}
}

function withCaret(error: FtsError, place: Place, expression: string): FtsError {
  const {kind, code, message, details, tryThis, cause, stack} = error
  const located = new FtsError(
    kind,
    code,
    message,
    {...details, excerpt: excerptAt(place, expression)},
    {cause, ...(tryThis === undefined ? {} : {tryThis})},
  )
  if (stack !== undefined) located.stack = stack
  return located
}

/** A place behind the expression (something is missing at its end) becomes its end. */
function excerptAt({line, column}: Place, expression: string): string {
  const lines = expression.split('\n')
  const isBehind = line > lines.length
  const text = isBehind ? lines[lines.length - 1] : (lines[Math.max(0, line - 1)] ?? '')
  const offset = isBehind ? text.length : column - 1
  const {shown, caretAt} = cut(text, offset)
  return `${shown}\n${' '.repeat(caretAt)}^`
}

const SHOWN_MAX = 100

/** A long line is shown around the place. */
function cut(text: string, offset: number): {readonly shown: string; readonly caretAt: number} {
  if (text.length <= SHOWN_MAX) return {shown: text, caretAt: offset}
  const from = Math.max(0, Math.min(offset - SHOWN_MAX / 2, text.length - SHOWN_MAX))
  const begin = from === 0 ? '' : '…'
  const end = from + SHOWN_MAX < text.length ? '…' : ''
  return {shown: begin + text.slice(from, from + SHOWN_MAX) + end, caretAt: offset - from + begin.length}
}
