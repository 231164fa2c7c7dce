/**
 * Goal    Any expression becomes a module in which it stands as it was typed, and an error in it is shown at its place.
 * Method  Modules by their text; errors with made-up stacks, whose places are in the module.
 */
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {FtsError} from '../../../src/core/index.js'
import {
  EXPRESSION_FILE,
  generatePipeModule,
  pipeError,
  pipeLanguage,
  pipeSyntaxError,
  plainPipeModule,
} from '../../../src/pipe/index.js'

describe('the module', () => {
  it('has the expression at the beginning of its fourth line', () => {
    const expression = 'lines()\n  .head(1) // all'
    expect(generatePipeModule(expression).split('\n').slice(3, 5)).toEqual(['lines()', '  .head(1) // all'])
    expect(plainPipeModule(expression, '/x/e.ts')?.split('\n').slice(3, 5)).toEqual(['lines()', '  .head(1) // all'])
  })

  it.each(['lines().map((l: string) => l)', 'lines() as X', 'lines(', 'lines())', 'import("x")'])(
    'needs the compiler for %s',
    (expression) => {
      expect(plainPipeModule(expression, '/x/e.ts')).toBeUndefined()
    },
  )

  it('has no name twice', () => {
    const names = Object.keys(pipeLanguage)
    expect(names.filter((name) => Object.hasOwn(program, name))).toEqual([])
  })
})

describe('an error', () => {
  const at = (error: Error, line: number, column: number) => {
    error.stack = `${error.name}: ${error.message}\n    at other (/x/y.js:1:2)\n    at f (file:///x/${EXPRESSION_FILE}:${line}:${column})`
    return error
  }

  it('has a caret at its place, of the innermost cause', () => {
    const cause = at(new TypeError('inner'), 5, 3)
    const outer = at(new FtsError('fatal', 'FTS_USER_FUNCTION', 'outer', {}, {cause}), 4, 1)
    expect(pipeError(outer, 'lines()\n  .x()').details.excerpt).toBe('  .x()\n   ^')
  })

  it('of a long line shows what is around the place', () => {
    const expression = `lines()${'.map(l => l)'.repeat(30)}.boom()`
    const {excerpt} = pipeError(at(new TypeError('x'), 4, expression.indexOf('boom') + 1), expression).details
    const [shown, caret] = String(excerpt).split('\n')
    expect(shown.slice(caret.length - 1)).toBe('boom()')
    expect(shown.length).toBeLessThan(110)
  })

  it('of a name that there is not points at the name and knows a near one', () => {
    const error = pipeError(at(new ReferenceError('tumblin is not defined'), 4, 8), 'lines().window(tumblin("1m"))')
    expect(error).toMatchObject({code: 'FTS_PIPE_NAME', tryThis: 'Did you mean "tumbling"?'})
    expect(error.details.excerpt).toBe(`lines().window(tumblin("1m"))\n${' '.repeat(15)}^`)
  })

  it('without a place in the expression stays as it is', () => {
    const error = new FtsError('user', 'FTS_X', 'no place')
    expect(pipeError(error, 'lines()')).toBe(error)
  })

  it('of the compiler is one of the expression', () => {
    const details = {line: 4, column: 6}
    const error = new FtsError('user', 'FTS_JOB_SYNTAX', 'x.ts:4:7: unexpected "}"', details)
    expect(pipeSyntaxError(error, 'lines(}')).toMatchObject({message: 'unexpected "}"', code: 'FTS_PIPE_SYNTAX'})
    expect(pipeSyntaxError(error, 'lines(}').details.excerpt).toBe('lines(}\n      ^')
  })
})
