// Goal: after a restore at any parallelism every file of a watched folder belongs to exactly one subtask, and none that was read is read again.
// Method: the state of some subtasks, in which some splits were handed out, given to others as the checkpoint deals it out; shares by index and count.
import {describe, expect, it} from 'vitest'
import {folderState, restoredFolders} from '../../../src/connectors/sources/folder/folder-state.js'
import type {OperatorId} from '../../../src/core/index.js'

const OPERATOR_ID = '0'.repeat(32) as OperatorId
const NOTHING: ReadonlySet<string> = new Set()
const split = (index: number, count: number, path = '/in') => ({
  path,
  isRecursive: false,
  intervalMs: 100,
  index,
  count,
})

/** What a subtask finds when all of `lists` go to all, as `union` says. */
function restored(lists: readonly ReturnType<typeof folderState>[], subtaskIndex: number, parallelism: number) {
  const elements = lists.flatMap((list) => [...list.elements])
  return restoredFolders(
    {operatorId: OPERATOR_ID, keyed: [], lists: [{name: 'folders', distribution: 'union', elements}]},
    {subtaskIndex, parallelism},
  )
}

/** Subtask 0 was given both shares, subtask 1 none: splits go to whoever asks first. */
const UNEVEN = [
  folderState(
    [
      {split: split(1, 2), taken: ['/in/a']},
      {split: split(0, 2), taken: ['/in/b']},
    ],
    {subtaskIndex: 0, parallelism: 2},
    NOTHING,
  ),
  folderState([], {subtaskIndex: 1, parallelism: 2}, NOTHING),
]

describe('watched folders', () => {
  it('stay with whoever had them', () => {
    expect(restored(UNEVEN, 0, 2)).toEqual({
      watched: [
        expect.objectContaining({split: split(1, 2), taken: ['/in/a']}),
        expect.objectContaining({split: split(0, 2), taken: ['/in/b']}),
      ],
      sharedPaths: new Set(),
    })
    expect(restored(UNEVEN, 1, 2)).toEqual({watched: [], sharedPaths: new Set()})
  })

  it.each([1, 3])('are divided anew among %d subtasks, which know what was read', (parallelism) => {
    for (let index = 0; index < parallelism; index++)
      expect(restored(UNEVEN, index, parallelism)).toEqual({
        watched: [{split: split(index, parallelism), taken: ['/in/a', '/in/b']}],
        sharedPaths: new Set(['/in']),
      })
  })

  it('that were divided anew once are nobody’s to hand out after the next restore, either', () => {
    const anew = [0, 1, 2].map((subtaskIndex) => {
      const {watched, sharedPaths} = restored(UNEVEN, subtaskIndex, 3)
      return folderState(watched, {subtaskIndex, parallelism: 3}, sharedPaths)
    })
    const {watched, sharedPaths} = restored(anew, 2, 3)
    expect(watched.map((one) => one.split)).toEqual([split(2, 3)])
    expect(sharedPaths).toEqual(new Set(['/in']))
  })

  it('of version 1 come as they were dealt out', () => {
    const element = new TextEncoder().encode(JSON.stringify({v: 1, split: split(1, 2), taken: ['/in/a']}))
    const lists = [{name: 'folders', distribution: 'split', elements: [element]}] as const
    const state = {operatorId: OPERATOR_ID, keyed: [], lists}
    const found = restoredFolders(state, {subtaskIndex: 0, parallelism: 1})
    expect(found.watched).toEqual([expect.objectContaining({split: split(1, 2), taken: ['/in/a']})])
    expect(restoredFolders(undefined, {subtaskIndex: 0, parallelism: 1}).watched).toEqual([])
  })
})
