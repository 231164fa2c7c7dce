import {FtsError} from '../core/index.js'
import type {Random, Timers} from '../platform/index.js'
import {
  createShuffleEnvironment,
  NetworkBufferPool,
  type ShuffleEnvironment,
  type ShuffleTransport,
} from '../shuffle/index.js'

/** The one address there is: producers with a consumer's own address are read without a transport. */
export const HERE = 'here'

/** Small segments, so that a job of a few records has several of them. */
const SEGMENT_BYTES = 4096
const POOL_BYTES = 64 * 1024 * 1024
/** A job of a few records takes no more memory than it needs. */
const BLOCK_BYTES = 8 * SEGMENT_BYTES

const NO_TRANSPORT: ShuffleTransport = {
  listen: () => Promise.reject(new FtsError('invariant', 'FTS_INVARIANT', 'nobody listens in a test')),
  connect: () => {
    throw new FtsError('invariant', 'FTS_INVARIANT', 'all tasks of a test are in one slot')
  },
}

/**
 * The engine's shuffle within one thread: partitioners, key groups, serializers, segments and credit are the real ones; what crosses
 * an exchange becomes bytes and is read again, but no socket carries it.
 */
export function localShuffle(timers: Timers, random: Random): ShuffleEnvironment {
  return createShuffleEnvironment({
    dataAddress: HERE,
    transport: NO_TRANSPORT,
    pool: new NetworkBufferPool({totalBytes: POOL_BYTES, segmentSizeBytes: SEGMENT_BYTES, blockBytes: BLOCK_BYTES}),
    buffersPerChannel: 2,
    floatingBuffersPerGate: 8,
    maxBuffersPerChannel: 10,
    partitionRequestTimeoutMs: Number.MAX_SAFE_INTEGER,
    timers,
    random,
  })
}
