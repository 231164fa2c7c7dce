// Goal: what is removed while a snapshot is written is in it, as it was at the barrier, also where nothing of its state is left to write.
// Method: numbers and texts, which go into the file at once when they change; all are cleared before the first piece is asked for.
import {describe, expect, it} from 'vitest'
import {ValueStateDescriptor, VOID_NAMESPACE} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {StateFiles} from '../../support/state-files.js'

const KEYS = ['a', 'b', 'c']

function open() {
  const backend = newBackend()
  const count = backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<number>('count'))
  const forEachKey = <T>(visit: (key: string) => T) =>
    KEYS.map((key) => {
      backend.setCurrentKey(key)
      return visit(key)
    })
  return {backend, count, forEachKey}
}

function restored(files: StateFiles, handle: ReturnType<StateFiles['complete']>) {
  const {backend, count, forEachKey} = open()
  backend.restore({handles: [handle], readFile: files.read})
  return forEachKey(() => count.value())
}

describe('what is removed while a snapshot is written', () => {
  it('is in it, though nothing is left', () => {
    const files = new StateFiles()
    const {backend, count, forEachKey} = open()
    forEachKey((key) => count.update(key.charCodeAt(0)))
    const writing = files.begin(backend.takeSnapshot({checkpointId: 1, isIncremental: false}))
    forEachKey(() => count.clear())
    expect(restored(files, writing.finish())).toEqual([97, 98, 99])
  })

  it('is in it, though it was removed and made anew before the barrier', () => {
    const files = new StateFiles()
    const {backend, count, forEachKey} = open()
    forEachKey(() => count.update(1))
    files.complete(backend.takeSnapshot({checkpointId: 1, isIncremental: true}))
    backend.checkpointCompleted(1)
    forEachKey(() => count.clear())
    forEachKey(() => count.update(2))
    const writing = files.begin(backend.takeSnapshot({checkpointId: 2, isIncremental: true}))
    forEachKey(() => count.update(3))
    expect(restored(files, writing.finish())).toEqual([2, 2, 2])
  })
})
