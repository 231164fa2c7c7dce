import {MemoryStore} from '../../src/prove/memory-store.js'
import {StateStorage} from '../../src/state/index.js'

let isStored = false

/** From now on the harnesses of this test file keep keyed state in a store, and next to nothing of it in memory. */
export function keepStateInStore(): void {
  isStored = true
}

/** Where a harness's operator keeps its keyed state; undefined: in memory. */
export function harnessStorage(): StateStorage | undefined {
  return isStored ? new StateStorage({store: new MemoryStore(), cacheBytes: 1}) : undefined
}
