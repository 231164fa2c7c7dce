import {AdaptiveSource} from './heap/adaptive-source.js'
import {AdaptiveTable} from './heap/adaptive-table.js'
import {contentOf} from './heap/content.js'
import {StateTable, type StateTableParts} from './heap/state-table.js'
import {TableSource} from './heap/table-source.js'
import {LocalKeyedStateBackend, type LocalKeyedStateOptions, type LocalTable} from './local-keyed-state-backend.js'
import {StateRoom} from './numbers/state-room.js'
import type {SnapshotSource} from './snapshots/snapshot-source.js'
import type {StateMeta} from './snapshots/state-meta.js'
import type {StateDescriptor} from './state-descriptors.js'
import {ExpiryRing} from './ttl/expiry-ring.js'

export interface HeapKeyedStateBackendOptions extends LocalKeyedStateOptions {}

/** Keyed state in memory, Flink's `hashmap` backend: numbers as drawn at NumberRecords, all else in objects as drawn at StateTable. */
export class HeapKeyedStateBackend extends LocalKeyedStateBackend {
  private readonly room = new StateRoom(this.operatorName)

  protected createTable(meta: StateMeta): LocalTable {
    const {name, kind, hasTtl} = meta
    const ring = hasTtl ? new ExpiryRing<unknown>() : undefined
    const content = contentOf(kind as StateDescriptor['kind'])
    const parts: StateTableParts<unknown> = {name, key: this, tracker: this.tracker, content, watch: ring}
    if (content.kind === 'single' && !hasTtl) return this.createAdaptive(meta, parts)
    const table = new StateTable<unknown>(parts)
    return {meta, table, cleanup: ring, source: new TableSource(meta, table) as SnapshotSource & TableSource}
  }

  private createAdaptive(meta: StateMeta, parts: StateTableParts<unknown>): LocalTable {
    const table = new AdaptiveTable<unknown>(parts, {room: this.room, beforeMove: () => this.startSnapshotsAnew()})
    return {meta, table, cleanup: undefined, source: new AdaptiveSource(meta, table) as SnapshotSource & AdaptiveSource}
  }
}
