/** The name under which an expression appears in stacks and messages. */
export const EXPRESSION_FILE = 'fts-pipe-expression.ts'

/** Lines of the module before the expression's first. */
export const LINES_BEFORE = 3
