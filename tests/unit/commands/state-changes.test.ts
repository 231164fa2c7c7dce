// Goal: `fts state diff` finds an entry again by its key, whatever the parallelism, and says which are new, gone and changed.
// Method: two snapshots of real backends, the second by two subtasks.
import {describe, expect, it} from 'vitest'
import {stateChanges} from '../../../commands/state-changes.js'
import type {StoredOperator} from '../../../commands/stored-operator.js'
import type {KeyedStateHandle, OperatorId} from '../../../src/core/index.js'
import {ValueStateDescriptor, VOID_NAMESPACE} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {StateFiles} from '../../support/state-files.js'

const files = new StateFiles()
const before = operator([snapshot({a: 1, b: 2, c: 3}, 0, 127)])
const after = operator([snapshot({a: 1, b: 5, d: 4}, 0, 63), snapshot({a: 1, b: 5, d: 4}, 64, 127)])

describe('changes between two checkpoints', () => {
  it('are counted and shown by state', () => {
    expect(stateChanges(before, after, 5, files.read)).toEqual([
      '  count: 1 new, 1 gone, 1 changed',
      "    ~ count  'b'  2 → 5",
      "    + count  'd'  4",
      "    - count  'c'  3",
    ])
  })

  it('are shown up to a limit and counted beyond it', () => {
    expect(stateChanges(before, after, 0, files.read)).toEqual(['  count: 1 new, 1 gone, 1 changed'])
  })

  it('are none between a checkpoint and itself', () => {
    expect(stateChanges(after, after, 5, files.read)).toEqual([])
  })
})

/** Of the keys only those of the subtask's key groups. */
function snapshot(
  counts: Record<string, number>,
  keyGroupStart: number,
  keyGroupEndInclusive: number,
): KeyedStateHandle {
  const backend = newBackend({keyGroupRange: {keyGroupStart, keyGroupEndInclusive}})
  const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('count'))
  for (const [key, value] of Object.entries(counts)) {
    const keyGroup = backend.keyGroupOf(key)
    if (keyGroup < keyGroupStart || keyGroup > keyGroupEndInclusive) continue
    backend.setCurrentKey(key)
    count.update(value)
  }
  return files.complete(backend.takeSnapshot({checkpointId: 1, isIncremental: false}))
}

function operator(handles: readonly KeyedStateHandle[]): StoredOperator {
  const operatorId = 'op' as OperatorId
  const subtasks = handles.map((keyed) => ({operatorId, keyed, lists: []}))
  const stored = {operatorId, name: 'count', subtasks}
  const vertex = {maxParallelism: 128, operators: [stored]} as unknown as StoredOperator['vertex']
  return {vertex, operator: stored}
}
