// Goal: the screen is shown where it can be, and something plainer where not.
// Method: the terminal and the environment as data.
import {expect, it} from 'vitest'
import {displayKind} from '../../../commands/display-kind.js'

const AT_TERMINAL = {tui: undefined, stderrIsTerminal: true, terminalIsBusy: undefined, env: {TERM: 'xterm-256color'}}

it.each([
  ['a terminal', {}, 'screen'],
  ['--no-tui', {tui: false}, 'line'],
  ['CI', {env: {CI: 'true'}}, 'line'],
  ['CI, but --tui', {env: {CI: 'true'}, tui: true}, 'screen'],
  ['CI=false', {env: {CI: 'false'}}, 'screen'],
  ['no colours', {env: {NO_COLOR: '1'}}, 'screen'],
  ['a dumb terminal', {env: {TERM: 'dumb'}}, 'nothing'],
  ['a file', {stderrIsTerminal: false}, 'nothing'],
  ['a text that is typed', {terminalIsBusy: 'the text is typed at the same terminal'}, 'nothing'],
])('%s', (_, difference, expected) => {
  expect(displayKind({...AT_TERMINAL, ...difference})).toBe(expected)
})

it.each([
  ['into a file', {stderrIsTerminal: false}, 'stderr is no terminal'],
  ['on a dumb terminal', {env: {TERM: 'dumb'}}, 'TERM is dumb'],
  ['where the text is typed', {terminalIsBusy: 'the text is typed'}, 'the text is typed'],
])('--tui %s is refused', (_, difference, why) => {
  expect(() => displayKind({...AT_TERMINAL, tui: true, ...difference})).toThrow(why)
})
