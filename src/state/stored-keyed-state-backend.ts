import {LocalKeyedStateBackend, type LocalKeyedStateOptions, type LocalTable} from './local-keyed-state-backend.js'
import type {SnapshotSource} from './snapshots/snapshot-source.js'
import type {StateMeta} from './snapshots/state-meta.js'
import {RowValues} from './stored/row-values.js'
import type {StateStorage} from './stored/state-storage.js'
import {StoreSpace} from './stored/store-space.js'
import {StoredCleanup} from './stored/stored-cleanup.js'
import {StoredSource} from './stored/stored-source.js'
import {StoredTable} from './stored/stored-table.js'

export interface StoredKeyedStateBackendOptions extends LocalKeyedStateOptions {
  readonly storage: StateStorage
  /** Checkpoints are going to be taken: little may be left to write when one comes. */
  readonly isCheckpointed: boolean
  /** Default: 1,024 where checkpoints are taken, which a barrier waits for; else 16,384. */
  readonly dirtyMax?: number
}

const DIRTY_MAX = 16_384
const DIRTY_MAX_CHECKPOINTED = 1024

/**
 * Keyed state in an ordered store on disk, with the rows that were used last in memory: Flink's `rocksdb` backend. The layout is drawn at
 * StoreSpace and StoredTable.
 */
export class StoredKeyedStateBackend extends LocalKeyedStateBackend {
  private readonly space: StoreSpace
  private readonly stored: StoredTable<unknown>[] = []

  constructor(options: StoredKeyedStateBackendOptions) {
    super(options)
    const dirtyMax = options.dirtyMax ?? (options.isCheckpointed ? DIRTY_MAX_CHECKPOINTED : DIRTY_MAX)
    this.space = new StoreSpace({storage: options.storage, key: this, dirtyMax})
  }

  override close(): void {
    this.space.clear()
    for (const table of this.stored.splice(0)) table.clearMemory()
  }

  protected createTable(meta: StateMeta): LocalTable {
    const values = new RowValues(meta, this.operatorName)
    const table = new StoredTable<unknown>({meta, state: this.stored.length, key: this, space: this.space, values})
    this.stored.push(table)
    const source = new StoredSource(meta, table)
    const cleanup = meta.hasTtl ? new StoredCleanup(table) : undefined
    return {meta, table, cleanup, source: source as SnapshotSource & StoredSource}
  }
}
