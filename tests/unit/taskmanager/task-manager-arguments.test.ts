// Goal: a TaskManager knows where it runs and with what, or says what is wrong with its arguments.
// Method: argument lists and channel messages, whole results.
import {describe, expect, it} from 'vitest'
import {parseSettingsMessage, parseTaskManagerArguments} from '../../../src/taskmanager/task-manager-arguments.js'

const HOME = ['--run-dir', '/run/x', '--id', 'tm-2']

describe('parseTaskManagerArguments', () => {
  it('reads slots and settings', () => {
    expect(parseTaskManagerArguments([...HOME, '--slots', '3', '-D', 'a=1', '-D', 'b=c=d'])).toEqual({
      runDirectory: '/run/x',
      taskManagerId: 'tm-2',
      settings: {slots: 3, config: {a: '1', b: 'c=d'}},
      warmSlots: 0,
    })
  })

  it('leaves them open with --await', () => {
    expect(parseTaskManagerArguments([...HOME, '--await'])).toMatchObject({settings: undefined, warmSlots: 1})
    expect(parseTaskManagerArguments([...HOME, '--await', '--slots', '4'])).toMatchObject({
      settings: undefined,
      warmSlots: 4,
    })
  })

  it.each([
    [['--id', 'tm-1', '--await'], '--run-dir is missing'],
    [['--run-dir', '/x', '--await'], '--id is missing'],
    [HOME, '--slots is missing'],
    [[...HOME, '--slots', '0'], 'a whole number from 1, not 0'],
    [[...HOME, '--slots', 'two'], 'a whole number from 1, not NaN'],
    [[...HOME, '--slots', '1', '-D', 'novalue'], '-D novalue: expected key=value'],
    [[...HOME, '--wait'], "'--wait'"],
  ])('refuses %j', (argv, why) => {
    expect(() => parseTaskManagerArguments(argv)).toThrow(
      expect.objectContaining({
        kind: 'user',
        code: 'FTS_TASKMANAGER_ARGUMENTS',
        message: expect.stringContaining(why),
        tryThis: expect.stringContaining('--run-dir DIR --id ID'),
      }),
    )
  })
})

describe('parseSettingsMessage', () => {
  it('reads what the cluster sends', () => {
    expect(parseSettingsMessage({slots: 2, config: {k: 'v'}})).toEqual({slots: 2, config: {k: 'v'}})
  })

  it.each([undefined, 'hello', {slots: 2}, {slots: 2, config: {k: 1}}, {slots: -1, config: {}}])(
    'refuses %j',
    (message) => {
      expect(() => parseSettingsMessage(message)).toThrow(expect.objectContaining({code: 'FTS_TASKMANAGER_ARGUMENTS'}))
    },
  )
})
