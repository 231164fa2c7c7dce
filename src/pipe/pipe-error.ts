import {program} from '../api/index.js'
import {nearestKey} from '../config/index.js'
import {FtsError} from '../core/index.js'
import {EXPRESSION_FILE, LINES_BEFORE} from './expression-place.js'
import * as language from './language.js'
import {SCOPE_NAMES} from './pipe-scope.js'

interface Place {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

/**
 * An error of a pipe with its place in the expression and a caret below it. What JavaScript itself says of an expression (a name that
 * is not there) becomes an error of the user's; errors that have no place in it stay as they are.
 */
export function pipeError(thrown: unknown, expression: string): FtsError {
  const error = thrown instanceof FtsError ? thrown : javaScriptError(thrown)
  const place = placeIn(thrown, expression.split('\n').length)
  return place === undefined ? error : withCaret(error, atName(place, error, expression), expression)
}

/** An error of the compiler: its place is in the module. */
export function pipeSyntaxError(error: FtsError, expression: string): FtsError {
  const {line, column} = error.details
  if (typeof line !== 'number' || typeof column !== 'number' || line === 0) return error
  const place = {line: line - LINES_BEFORE, column: column + 1}
  const isBehind = place.line > expression.split('\n').length
  const message = isBehind ? whatIsWrongAtTheEnd(error.message) : whatIsWrong(error.message)
  const options = error.tryThis === undefined ? {} : {tryThis: error.tryThis}
  const plain = new FtsError(error.kind, 'FTS_PIPE_SYNTAX', message, {}, options)
  return withCaret(plain, place, expression)
}

/** The module's own bracket behind the expression came when there was none to close, or when something else was to come. */
function whatIsWrongAtTheEnd(message: string): string {
  return message.includes('expected ";" but found')
    ? 'there is a ")" too many'
    : 'the expression ends too early: something is missing'
}

/** The compiler's words without the module's line; what it would expect instead belongs to the module, too. */
function whatIsWrong(message: string): string {
  return message.replace(/^\S+:\d+:\d+: /, '').replace(/^expected "[;)]" but found /, 'unexpected ')
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

/** JavaScript points at the dot before a method, and for a name that there is not at the call whose argument it is. */
function atName(place: Place, {details}: FtsError, expression: string): Place {
  const text = expression.split('\n')[place.line - 1]
  const from = place.column - 1
  const offset = typeof details.name === 'string' ? text.indexOf(details.name, from) : from
  if (offset < 0) return place
  return {line: place.line, column: offset + 1 + (text[offset] === '.' ? 1 : 0)}
}

/** The innermost cause's first line of the expression. */
function placeIn(thrown: unknown, lineCount: number): Place | undefined {
  if (!(thrown instanceof Error)) return undefined
  return placeIn(thrown.cause, lineCount) ?? frameIn(thrown.stack, lineCount)
}

const FRAME = new RegExp(`${EXPRESSION_FILE.replace('.', '\\.')}:(\\d+):(\\d+)`, 'g')

function frameIn(stack: string | undefined, lineCount: number): Place | undefined {
  for (const [, line, column] of (stack ?? '').matchAll(FRAME)) {
    const place = {line: Number(line) - LINES_BEFORE, column: Number(column)}
    if (place.line >= 1 && place.line <= lineCount) return place
  }
  return undefined
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
