import {tmpdir} from 'node:os'
import {Configuration, OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import {RocksStore, scratchFolder} from '../io/index.js'
import type {MemoryManager} from '../memory/index.js'
import {StateStorage} from '../operators/index.js'
import {keepsStateInStore} from './keeps-state-in-store.js'

const MIB = 1024 * 1024

/** The part of a slot's managed memory that state takes; sorts, hash tables and counts have the rest. */
const MANAGED_RATIO = 0.7
/** Where memory is not managed and no size is given. */
const UNMANAGED_BYTES = 64 * MIB
const BYTES_MIN = 4 * MIB
/** Rows as objects; the other part is RocksDB's. */
const CACHE_RATIO = 0.25
const OWNER = 'RocksDB of the slot'

interface Opened {
  readonly store: RocksStore
  readonly storage: StateStorage
}

/** The state of a slot's tasks that is not on the heap: opened when the first job wants it, and then shared by all tasks of the slot. */
export class SlotState {
  private opened: Opened | undefined

  constructor(
    private readonly slot: {
      /** In the names of its folders. */
      readonly name: string
      readonly tmpDirs: string
      readonly memory: MemoryManager
    },
  ) {}

  /** Whether `open` has to come before these tasks are deployed. */
  needsOpening(tasks: readonly TaskDeployment[]): boolean {
    return this.opened === undefined && tasks.some(keepsStateInStore)
  }

  /** Errors: `user` FTS_ROCKSDB_MISSING, FTS_STATE_MEMORY_TOO_SMALL; `restartable` FTS_STORE_FAILED. */
  async open({config: entries}: TaskDeployment): Promise<void> {
    const config = Configuration.fromEntries(entries)
    const bytes = this.reserve(config)
    const cacheBytes = Math.floor(bytes * CACHE_RATIO)
    const directory = scratchFolder(firstFolder(this.slot.tmpDirs), this.slot.name)
    const compaction = config.get(OPTIONS.rocksCompaction) === 'UNIVERSAL' ? 'universal' : 'level'
    try {
      const store = await RocksStore.open({directory, memoryBytes: bytes - cacheBytes, compaction})
      this.opened = {store, storage: new StateStorage({store, cacheBytes})}
    } catch (error) {
      this.slot.memory.releaseAll(OWNER)
      throw error
    }
  }

  storageOf(task: TaskDeployment): StateStorage | undefined {
    return keepsStateInStore(task) ? this.opened?.storage : undefined
  }

  async close(): Promise<void> {
    const {opened} = this
    this.opened = undefined
    await opened?.store.close()
    this.slot.memory.releaseAll(OWNER)
  }

  private reserve(config: Configuration): number {
    const {memory} = this.slot
    const fixedBytes = config.get(OPTIONS.rocksFixedMemory)
    if (fixedBytes > 0) return fixedBytes
    if (!config.get(OPTIONS.rocksManagedMemory)) return UNMANAGED_BYTES
    const bytes = Math.min(Math.floor(memory.totalBytes * MANAGED_RATIO), memory.availableBytes)
    if (bytes < BYTES_MIN) throw tooSmall(bytes)
    memory.reserve(OWNER, bytes)
    return bytes
  }
}

function firstFolder(tmpDirs: string): string {
  const [first = ''] = tmpDirs.split(',').map((folder) => folder.trim())
  return first === '' ? tmpdir() : first
}

function tooSmall(bytes: number): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_MEMORY_TOO_SMALL',
    `a slot has ${Math.floor(bytes / 1024)} KiB of managed memory for RocksDB, which needs ${BYTES_MIN / MIB} MiB`,
    {bytes, leastBytes: BYTES_MIN},
    {
      tryThis:
        'Raise taskmanager.memory.flink.size, use fewer slots, or give RocksDB memory of its own with -D state.backend.rocksdb.memory.fixed-per-slot=64m.',
    },
  )
}
