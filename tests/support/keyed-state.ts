import {HeapKeyedStateBackend, type HeapKeyedStateBackendOptions} from '../../src/state/index.js'

/** A backend that has all 128 key groups; the clock stands at 0 unless one is given. */
export function newBackend(options: Partial<HeapKeyedStateBackendOptions> = {}): HeapKeyedStateBackend {
  return new HeapKeyedStateBackend({
    operatorName: 'count clicks',
    maxParallelism: 128,
    keyGroupRange: {keyGroupStart: 0, keyGroupEndInclusive: 127},
    nowMs: () => 0,
    ...options,
  })
}
