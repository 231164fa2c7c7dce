// Goal: the launcher's short list agrees with the commands there are.
// Method: the text of bin/run.js against the table of commands.
import {expect, it} from 'vitest'
import {COMMANDS} from '../../../commands/index.js'
import {textOf} from '../../support/repository.js'

it('every command that the launcher forks for is a command', () => {
  const list = /JOB_COMMANDS = \[([^\]]*)\]/.exec(textOf('bin/run.js'))?.[1] ?? ''
  const names = [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(Object.keys(COMMANDS)).toContain(name)
})
