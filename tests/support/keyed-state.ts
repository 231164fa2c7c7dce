import {MemoryStore} from '../../src/prove/memory-store.js'
import {
  HeapKeyedStateBackend,
  type HeapKeyedStateBackendOptions,
  type LocalKeyedStateBackend,
  StateStorage,
  StoredKeyedStateBackend,
} from '../../src/state/index.js'

/**
 * Where keyed state is kept: in memory; in a store with memory for many rows; in a store from which rows are read again at almost every turn,
 * and into which they are written as soon as another key comes.
 */
export const BACKENDS = ['hashmap', 'store', 'store without memory'] as const
export type BackendKind = (typeof BACKENDS)[number]

/** A backend that has all 128 key groups; the clock stands at 0 unless one is given. */
export function newBackend(
  options: Partial<HeapKeyedStateBackendOptions> = {},
  kind: BackendKind = 'hashmap',
  storage: StateStorage = storageOf(kind),
): LocalKeyedStateBackend {
  const all = {
    operatorName: 'count clicks',
    maxParallelism: 128,
    keyGroupRange: {keyGroupStart: 0, keyGroupEndInclusive: 127},
    nowMs: () => 0,
    ...options,
  }
  if (kind === 'hashmap') return new HeapKeyedStateBackend(all)
  return new StoredKeyedStateBackend({...all, storage, dirtyMax: kind === 'store' ? 8 : 0})
}

function storageOf(kind: BackendKind): StateStorage {
  return new StateStorage({store: new MemoryStore(), cacheBytes: kind === 'store' ? 1e9 : 1})
}
