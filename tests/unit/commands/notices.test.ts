// Goal: what each of many subtasks says is shown once, with its advice; what the program prints is always shown.
// Method: lines as they come from TaskManagers, and what is left of them.
import {expect, it} from 'vitest'
import {Notices} from '../../../commands/notices.js'

it('shows a notice once, with the advice behind it, and everything else', () => {
  const notices = new Notices()
  const lines = [
    'hello',
    'fts: a stands still',
    '  → do b',
    'hello',
    'fts: a stands still',
    '  → do b',
    '  → of the program',
    'fts: c',
  ]
  expect(lines.filter((line) => notices.isNew(line))).toEqual([
    'hello',
    'fts: a stands still',
    '  → do b',
    'hello',
    'fts: c',
  ])
})
