import type {NumberColumn, TextColumn} from '../../types/index.js'
import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {StateMeta} from '../snapshots/state-meta.js'
import type {ValueCodec} from '../state-descriptors.js'
import type {AdaptiveTable} from './adaptive-table.js'
import {TableSource} from './table-source.js'

/** A table whose values may be numbers off the heap, as snapshots see it. */
export class AdaptiveSource extends TableSource {
  constructor(
    meta: StateMeta,
    private readonly adaptive: AdaptiveTable<unknown>,
  ) {
    super(meta, adaptive.entries)
  }

  override get size(): number {
    return this.adaptive.size
  }

  get numbers() {
    return this.adaptive.numbers
  }

  override decodeWith(codec: ValueCodec<unknown>): void {
    this.adaptive.move()
    super.decodeWith(codec)
  }

  override restore(known: KnownKey, namespace: Namespace, value: unknown): void {
    this.adaptive.restore(known, namespace, value)
  }

  override restoreRemoval(known: KnownKey, namespace: Namespace): void {
    this.adaptive.restoreRemoval(known, namespace)
  }

  expectRows(count: number): void {
    this.adaptive.numbers?.records.reserve(count)
  }

  restoreNumbers(keys: TextColumn | NumberColumn, values: NumberColumn): boolean {
    const {numbers} = this.adaptive
    numbers?.restoreColumn(keys, values.values)
    return numbers !== undefined
  }
}
