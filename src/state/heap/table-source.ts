import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {Saved} from '../snapshots/item.js'
import type {SnapshotSource} from '../snapshots/snapshot-source.js'
import type {StateMeta} from '../snapshots/state-meta.js'
import type {ValueCodec} from '../state-descriptors.js'
import type {Entry} from './key-table.js'
import type {StateTable} from './state-table.js'

/** The table of one state as snapshots see it. */
export class TableSource implements SnapshotSource<Entry<unknown>> {
  private codec: ValueCodec<unknown> | undefined = undefined

  constructor(
    readonly meta: StateMeta,
    private readonly table: StateTable<unknown>,
  ) {}

  get log() {
    return this.table.log
  }

  get size(): number {
    return this.table.size
  }

  /** From now on values are what the codec makes of what is stored. */
  decodeWith(codec: ValueCodec<unknown>): void {
    this.codec = codec
    for (const entry of this.table.items()) entry.value = codec.decode(entry.value)
  }

  encode(value: unknown): unknown {
    return this.codec === undefined ? value : this.codec.encode(value)
  }

  items(): Iterator<Entry<unknown>, unknown> {
    return this.table.items()
  }

  namespaceOf({home}: Entry<unknown>): Namespace {
    return home.namespace
  }

  valueOf({value}: Entry<unknown>): unknown {
    return value
  }

  freeze(entry: Entry<unknown>): Saved | undefined {
    return this.table.preserve(entry, true)
  }

  restore(known: KnownKey, namespace: Namespace, value: unknown): void {
    this.table.restore(known, namespace, value)
  }

  restoreRemoval({mapKey}: KnownKey, namespace: Namespace): void {
    this.table.restoreRemoval(mapKey, namespace)
  }
}
