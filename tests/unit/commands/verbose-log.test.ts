// Goal: what --verbose prints can be read.
// Method: lines as text.
import {expect, it} from 'vitest'
import {logLine, verboseLog} from '../../../commands/verbose-log.js'

it('a line of ours', () => {
  const line = {level: 'info', message: 'the job is RUNNING', fields: {jobId: 'ab', tasks: 3}, atMs: 12.3}
  expect(logLine(line)).toBe('    12 ms info  the job is RUNNING  (jobId=ab tasks=3)\n')
})

it("a TaskManager's line", () => {
  expect(logLine({level: 'info', message: 'hello', fields: {from: 'tm-1'}, atMs: 1234})).toBe(
    '  1234 ms info  tm-1: hello\n',
  )
})

it('what the user is to read is said without --verbose, and nothing else', () => {
  const said: string[] = []
  const log = verboseLog({verbose: false}, (text) => said.push(text))
  log.write('info', 'the job is RUNNING', {jobId: 'ab'})
  log.write('notice', 'starts from checkpoint 3', {jobId: 'ab'})
  expect(said).toEqual(['fts: starts from checkpoint 3\n'])
})
