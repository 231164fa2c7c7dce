// Goal: what a dying TaskManager said is shown, but not its stack.
// Method: lines in, text out.
import {expect, it} from 'vitest'
import {LastWords} from '../../../commands/last-words.js'

it('keeps the sentences and leaves the stack out', () => {
  const words = new LastWords()
  const heard = [
    '',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    '----- Native stack trace -----',
    ' 1: 0xb8d2a4 node::OOMErrorHandler(char const*) [node]',
    '    at Object.<anonymous> (a.js:1:1)',
  ]
  for (const line of heard) words.hear('tm-1', line)
  expect(words.text).toBe('  tm-1: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n')
})

it('keeps the last five', () => {
  const words = new LastWords()
  for (let i = 1; i <= 9; i++) words.hear('tm-2', `line ${i}`)
  expect(words.text).toBe([5, 6, 7, 8, 9].map((i) => `  tm-2: line ${i}\n`).join(''))
})
