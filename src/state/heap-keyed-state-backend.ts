import {contentOf} from './heap/content.js'
import {StateTable} from './heap/state-table.js'
import {TableSource} from './heap/table-source.js'
import {LocalKeyedStateBackend, type LocalKeyedStateOptions, type LocalTable} from './local-keyed-state-backend.js'
import type {SnapshotSource} from './snapshots/snapshot-source.js'
import type {StateMeta} from './snapshots/state-meta.js'
import type {StateDescriptor} from './state-descriptors.js'
import {ExpiryRing} from './ttl/expiry-ring.js'

export interface HeapKeyedStateBackendOptions extends LocalKeyedStateOptions {}

/** Keyed state in tables of JavaScript objects, Flink's `hashmap` backend. The layout is drawn at StateTable. */
export class HeapKeyedStateBackend extends LocalKeyedStateBackend {
  protected createTable(meta: StateMeta): LocalTable {
    const {name, kind, hasTtl} = meta
    const ring = hasTtl ? new ExpiryRing<unknown>() : undefined
    const content = contentOf(kind as StateDescriptor['kind'])
    const table = new StateTable<unknown>({name, key: this, tracker: this.tracker, content, watch: ring})
    return {meta, table, cleanup: ring, source: new TableSource(meta, table) as SnapshotSource & TableSource}
  }
}
