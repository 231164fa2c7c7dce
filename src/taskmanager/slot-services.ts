import {basename} from 'node:path'
import {StateFiles} from '../checkpoint/index.js'
import {createWordKernel, type WordKernel} from '../columns/index.js'
import {Configuration, OPTIONS} from '../config/index.js'
import {type IOManager, NodeIOManager} from '../io/index.js'
import {SlotPrograms} from '../job/index.js'
import {createMemoryManager, type MemoryManager} from '../memory/index.js'
import {NodeClock, NodeDisk, NodeRandom, NodeTimers} from '../platform/index.js'
import {
  createShuffleEnvironment,
  NetworkBufferPool,
  type ShuffleEnvironment,
  UnixSocketTransport,
} from '../shuffle/index.js'
import {type SlotEvents, SlotRunner, slotOperators} from '../task/index.js'

import type {SlotSettings} from './slot-message.js'
import {SlotState} from './slot-state.js'

/** The real parts of one slot, plugged together. */
export interface SlotServices {
  readonly slot: SlotRunner
  readonly programs: SlotPrograms
  readonly memory: MemoryManager
  readonly state: SlotState
  readonly shuffle: ShuffleEnvironment
}

/** Builds a slot in its own thread; it listens when the promise resolves. Errors: those of the parts. */
export async function buildSlotServices(
  settings: SlotSettings,
  of: {readonly metricsMemory: SharedArrayBuffer; readonly events: SlotEvents},
): Promise<SlotServices> {
  const config = Configuration.fromEntries(settings.config)
  const {managedBytes, segmentBytes} = settings.memory
  const shuffle = slotShuffle(settings, config)
  const listening = shuffle.listen()
  const [memory] = await Promise.all([
    createMemoryManager(config.get(OPTIONS.memoryManager), {totalBytes: managedBytes, pageSizeBytes: segmentBytes}),
    listening,
  ])
  const timers = new NodeTimers()
  const clock = new NodeClock()
  const programs = new SlotPrograms({timers})
  const state = new SlotState({name: slotName(settings), tmpDirs: config.get(OPTIONS.tmpDirs), memory})
  const slot = new SlotRunner({
    ...of,
    shuffle,
    memory,
    timers,
    io: slotIo(settings, config),
    stateStorageOf: (task) => state.storageOf(task),
    stateFiles: new StateFiles(new NodeDisk(), new NodeRandom()),
    registry: slotOperators({timers, kernel: once(() => kernelOf(settings))}),
    functionsOf: ({jobModule}) => (jobModule === undefined ? undefined : programs.functionsOf(jobModule)),
    nowMs: () => clock.nowMs(),
    // The TaskManager's stderr comes to whoever started the job.
    notify: (sentence) => process.stderr.write(`fts: ${sentence}\n`),
  })
  return {slot, programs, memory, state, shuffle}
}

function slotShuffle(settings: SlotSettings, config: Configuration): ShuffleEnvironment {
  const {networkSegments, segmentBytes} = settings.memory
  return createShuffleEnvironment({
    dataAddress: settings.dataAddress,
    transport: new UnixSocketTransport(),
    pool: new NetworkBufferPool({totalBytes: networkSegments * segmentBytes, segmentSizeBytes: segmentBytes}),
    buffersPerChannel: config.get(OPTIONS.buffersPerChannel),
    floatingBuffersPerGate: config.get(OPTIONS.floatingBuffersPerGate),
    maxBuffersPerChannel: config.get(OPTIONS.maxBuffersPerChannel),
    partitionRequestTimeoutMs: config.get(OPTIONS.partitionRequestTimeout),
  })
}

function slotIo(settings: SlotSettings, config: Configuration): IOManager {
  return new NodeIOManager({name: slotName(settings), tmpDirs: config.get(OPTIONS.tmpDirs)})
}

/** In the names of files that it has in temporary folders. */
function slotName({runDirectory, taskManagerId, slotIndex}: SlotSettings): string {
  return `${basename(runDirectory)}-${taskManagerId}-${slotIndex}`
}

/** Without a module there is no WebAssembly to be had, so it is not tried again in every slot. */
function kernelOf({wordModule}: SlotSettings): WordKernel {
  return createWordKernel(wordModule === undefined ? {preferred: 'typescript'} : {module: wordModule})
}

function once<Value>(make: () => Value): () => Value {
  let made: {readonly value: Value} | undefined
  return () => {
    made ??= {value: make()}
    return made.value
  }
}
