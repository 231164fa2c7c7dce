// Goal: the first signal asks, the next ones insist, and afterwards the process is as it was.
// Method: signals emitted inside this process, not sent.
import {expect, it} from 'vitest'
import {exitCodeOf, onTerminationSignals} from '../../../src/cluster/termination-signals.js'

it('tells the first signal from the later ones, whichever they are', () => {
  const heard: string[] = []
  const listeners = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name))
  const before = listeners()
  const release = onTerminationSignals({
    first: (signal) => heard.push(`first ${signal}`),
    again: (signal) => heard.push(`again ${signal}`),
  })
  process.emit('SIGTERM', 'SIGTERM')
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGTERM', 'SIGTERM')
  release()
  expect(heard).toEqual(['first SIGTERM', 'again SIGINT', 'again SIGTERM'])
  expect(listeners()).toEqual(before)
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s is exit code %d', (signal, code) => {
  expect(exitCodeOf(signal)).toBe(code)
})
