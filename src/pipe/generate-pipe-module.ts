import {Script} from 'node:vm'
import {program} from '../api/index.js'
import {assert} from '../core/index.js'
import {LINES_BEFORE} from './expression-place.js'
import * as language from './language.js'
import {SCOPE_NAMES} from './pipe-scope.js'

/**
 * The module that a pipe runs: the expression, which begins at the start of a line of its own, in a function with all names in scope. The
 * request comes as the program's only argument.
 */
export function generatePipeModule(expression: string): string {
  return moduleOf(expression, (names, from) => `import {${names}} from '${from}'`)
}

/**
 * The same as a module that can be loaded as it is, for an expression that is plain JavaScript and imports nothing: no compiler is started, and
 * every place in a stack is the place in the expression. Undefined for any other expression.
 */
export function plainPipeModule(expression: string, path: string): string | undefined {
  if (/\b(?:import|require)\b/.test(expression) || !isJavaScript(expression)) return undefined
  const module = moduleOf(expression, (names, from) => `const {${names}} = globalThis[Symbol.for('${from}')]`)
  return `${module}//# sourceURL=${path}\n`
}

function moduleOf(expression: string, take: (names: string, from: string) => string): string {
  const helpers = Object.keys(language).filter((name) => name !== 'runPipe')
  const lines = [
    take(Object.keys(program).join(', '), 'fts'),
    take(`runPipe, ${helpers.join(', ')}`, 'fts/pipe'),
    `export default (args) => runPipe(args, ({${SCOPE_NAMES.join(', ')}}) => (`,
  ]
  assert(lines.length === LINES_BEFORE, 'places in the expression are counted from here', {actual: lines.length})
  return [...lines, expression, '))', ''].join('\n')
}

function isJavaScript(expression: string): boolean {
  try {
    // In brackets of its own, so that none of its own can close them.
    new Script(`'use strict'; (\n${expression}\n)`)
    return true
  } catch {
    return false
  }
}
