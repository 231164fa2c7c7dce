import {FtsError} from '../src/core/index.js'

/** What is shown while a job runs: the screen, one line that is rewritten, or nothing. */
export type DisplayKind = 'screen' | 'line' | 'nothing'

/**
 * The screen where stderr is a terminal, unless `--no-tui` or `CI` speaks against it; then a line; nothing into a file, on a
 * dumb terminal, or where the terminal is busy with something else. Errors: `user` for `--tui` where it cannot be.
 */
export function displayKind(of: {
  readonly tui: boolean | undefined
  readonly stderrIsTerminal: boolean
  /** What else the terminal is used for meanwhile. */
  readonly terminalIsBusy: string | undefined
  readonly env: NodeJS.ProcessEnv
}): DisplayKind {
  const why = whyNothing(of)
  if (of.tui === true && why !== undefined) throw noScreen(why)
  if (why !== undefined) return 'nothing'
  return (of.tui ?? !isSet(of.env.CI)) ? 'screen' : 'line'
}

function whyNothing(of: Parameters<typeof displayKind>[0]): string | undefined {
  if (!of.stderrIsTerminal) return 'stderr is no terminal'
  if (of.env.TERM === 'dumb') return 'TERM is dumb'
  return of.terminalIsBusy
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== 'false' && variable !== '0'
}

function noScreen(why: string): FtsError {
  const tryThis = 'leave --tui out'
  return new FtsError('user', 'FTS_WRONG_USE', `the screen (--tui) cannot be shown: ${why}`, {}, {tryThis})
}
