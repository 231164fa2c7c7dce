// Goal: notes of changes are used again only when nobody reads them.
// Method: a checkpoint completes while the next, which builds upon the one before it, is being written.
import {describe, expect, it} from 'vitest'
import {ValueStateDescriptor, VOID_NAMESPACE} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {StateFiles} from '../../support/state-files.js'

const KEYS = 40

function counting() {
  const backend = newBackend({snapshotItemsPerPiece: 4})
  const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('count', {defaultValue: 0}))
  const countAll = () => {
    for (let key = 0; key < KEYS; key++) {
      backend.setCurrentKey(key)
      count.update((count.value() ?? 0) + 1)
    }
  }
  const counts = () =>
    Array.from({length: KEYS}, (_, key) => {
      backend.setCurrentKey(key)
      return count.value()
    })
  return {backend, countAll, counts}
}

describe('a checkpoint that completes while a later one is being written', () => {
  it('takes no notes from it', () => {
    const files = new StateFiles()
    const {backend, countAll} = counting()
    const take = (checkpointId: number) => files.begin(backend.takeSnapshot({checkpointId, isIncremental: true}))
    countAll()
    take(1).finish()
    backend.checkpointCompleted(1)
    countAll()
    take(2).finish()
    countAll()
    const third = take(3)
    third.step()
    backend.checkpointCompleted(2)
    const handle = third.finish()
    backend.checkpointCompleted(3)
    const restored = counting()
    restored.backend.restore({handles: [handle], readFile: files.read})
    expect(restored.counts()).toEqual(new Array(KEYS).fill(3))
    expect(handle.files).toHaveLength(2)
  })

  it('and the notes that were used again are those of later changes', () => {
    const files = new StateFiles()
    const {backend, countAll} = counting()
    for (let checkpointId = 1; checkpointId <= 5; checkpointId++) {
      countAll()
      const handle = files.complete(backend.takeSnapshot({checkpointId, isIncremental: true}))
      backend.checkpointCompleted(checkpointId)
      const restored = counting()
      restored.backend.restore({handles: [handle], readFile: files.read})
      expect(restored.counts()).toEqual(new Array(KEYS).fill(checkpointId))
    }
  })
})
