import {program} from '../api/index.js'
import * as language from './language.js'
import {SCOPE_NAMES} from './pipe-scope.js'

/** The name under which an expression appears in stacks and messages. */
export const EXPRESSION_FILE = 'fts-pipe-expression.ts'

/** Lines of the module before the expression's first. */
export const LINES_BEFORE = 3

/**
 * The module that a pipe runs: the expression, which begins at the start of a line of its own, in a function with all names in scope. The
 * request comes as the program's only argument.
 */
export function generatePipeModule(expression: string): string {
  const helpers = Object.keys(language).filter((name) => name !== 'runPipe')
  return [
    `import {${Object.keys(program).join(', ')}} from 'fts'`,
    `import {runPipe, ${helpers.join(', ')}} from 'fts/pipe'`,
    `export default (args) => runPipe(args, ({${SCOPE_NAMES.join(', ')}}) => (`,
    expression,
    '))',
    '',
  ].join('\n')
}
