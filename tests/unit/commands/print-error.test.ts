// Goal: an error is one sentence and what to do next; more only with --verbose.
// Method: errors of each kind as text, with their exit codes.
import {describe, expect, it} from 'vitest'
import {exitCodeOfError} from '../../../commands/exit-codes.js'
import {errorText} from '../../../commands/print-error.js'
import {FtsError} from '../../../src/core/index.js'

const missing = new FtsError(
  'user',
  'FTS_NO_FILE',
  'there is no file "a.txt"',
  {path: 'a.txt'},
  {tryThis: 'check the name'},
)

describe('errorText', () => {
  it('is a sentence and a hint', () => {
    expect(errorText(missing, false)).toBe('fts: there is no file "a.txt"\n  → check the name\n')
    expect(errorText(new FtsError('fatal', 'FTS_X', 'it broke'), false)).toBe('fts: it broke\n')
  })

  it('asks for a report of our own mistakes', () => {
    expect(errorText(new FtsError('invariant', 'FTS_INVARIANT', 'one is one'), false)).toBe(
      'fts: one is one\n  → this is a mistake in fts: please report it, with the output of --verbose\n',
    )
  })

  it('shows control characters of a name instead of sending them to the terminal', () => {
    const text = errorText(new FtsError('user', 'FTS_X', 'no file a\n\u001B[31mb\u007F\u009Bü'), false)
    expect(text).toBe('fts: no file a\\n\\u001b[31mb\\u007f\\u009bü\n')
  })

  it('has code, details, stack and cause with --verbose', () => {
    const error = new FtsError('restartable', 'FTS_DISK', 'cannot write', {path: '/x'}, {cause: new Error('ENOSPC')})
    const text = errorText(error, true)
    expect(text).toContain('fts: cannot write\n  code: FTS_DISK (restartable)\n  path: /x\n    at ')
    expect(text).toContain('caused by: Error: ENOSPC\n')
  })
})

it.each([
  ['user', 2],
  ['restartable', 1],
  ['fatal', 1],
  ['invariant', 70],
] as const)('%s ends with %d', (kind, code) => {
  expect(exitCodeOfError(new FtsError(kind, 'FTS_X', 'x'))).toBe(code)
})
