import {FtsError} from '../src/core/index.js'

/** What is shown while a job runs: the screen, one line that is rewritten, or nothing. */
export type DisplayKind = 'screen' | 'line' | 'nothing'

/**
 * The screen where stderr is a terminal, unless `--no-tui`, `CI` or a text typed at the same terminal speaks against it; then
 * a line; nothing on a dumb terminal or into a file. Errors: `user` for `--tui` where it cannot be.
 */
export function displayKind(of: {
  readonly tui: boolean | undefined
  readonly stderrIsTerminal: boolean
  /** The job's text is typed at the terminal from which the screen's keys would come. */
  readonly textIsTyped: boolean
  readonly env: NodeJS.ProcessEnv
}): DisplayKind {
  const canErase = of.stderrIsTerminal && of.env.TERM !== 'dumb'
  const canScreen = canErase && !of.textIsTyped
  if (of.tui === true && !canScreen) throw noScreen(of.textIsTyped)
  if (!canErase) return 'nothing'
  const wanted = of.tui ?? !isSet(of.env.CI)
  return wanted && canScreen ? 'screen' : 'line'
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== 'false' && variable !== '0'
}

function noScreen(textIsTyped: boolean): FtsError {
  const why = textIsTyped ? 'the text is typed at the same terminal' : 'stderr is no terminal that can show it'
  const tryThis = 'leave --tui out'
  return new FtsError('user', 'FTS_WRONG_USE', `the screen (--tui) cannot be shown: ${why}`, {}, {tryThis})
}
