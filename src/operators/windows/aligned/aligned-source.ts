import {type KnownKey, type Saved, type SnapshotSource, VOID_NAMESPACE} from '../../../state/index.js'
import {ALIGNED_WINDOWS} from '../other-form.js'
import type {KeyDictionary} from './key-dictionary.js'
import type {KeyEntry, KeyWindows} from './key-entry.js'

/** A key as it was restored, with its values by window start. */
export interface RestoredKey {
  readonly known: KnownKey
  readonly windows: KeyWindows
}

/** The values of all open windows as snapshots see them: a map state, with the windows' starts as map keys. */
export class AlignedSource implements SnapshotSource<KeyEntry> {
  readonly meta = {name: ALIGNED_WINDOWS, kind: 'map', hasTtl: false} as const
  /** What was read, until the operator has taken it. */
  readonly restoredKeys = new Map<KnownKey['mapKey'], RestoredKey>()

  constructor(private readonly dictionary: KeyDictionary) {}

  get log() {
    return this.dictionary.log
  }

  get size(): number {
    return this.dictionary.liveCount
  }

  items(): Iterator<KeyEntry, unknown> {
    return this.dictionary.items()
  }

  namespaceOf() {
    return VOID_NAMESPACE
  }

  valueOf(entry: KeyEntry): KeyWindows {
    return entry.windows((value) => value)
  }

  freeze(entry: KeyEntry): Saved | undefined {
    return this.dictionary.save(entry)
  }

  restore(known: KnownKey, _namespace: unknown, value: unknown): void {
    this.restoredKeys.set(known.mapKey, {known, windows: value as KeyWindows})
  }

  restoreRemoval({mapKey}: KnownKey): void {
    this.restoredKeys.delete(mapKey)
  }
}
