import {ChangeLog, type CurrentKey, deepCopy, type KnownKey, type Saved} from '../../../state/index.js'
import {KeyEntry} from './key-entry.js'
import type {OpenWindow} from './open-window.js'

/** Idle entries below this number are not worth a sweep. */
const IDLE_MIN = 1024

/**
 * The keys of all open windows: an element's key is looked up once, whatever the number of its windows, and looked at (is it one, does
 * it belong to this subtask) once while it is here.
 *
 * Shape    A key whose windows are gone stays until more than half of all are like it, so that keys which come in window after window
 *          are not taken out and put in again. So there are at most twice the keys of the open windows, and a thousand.
 */
export class KeyDictionary {
  readonly log: ChangeLog<KeyEntry>
  private byKey = new Map<KeyEntry['mapKey'], KeyEntry>()
  private idleCount = 0

  constructor(private readonly current: CurrentKey) {
    this.log = new ChangeLog(current.tracker)
  }

  /** All keys; goes on correctly while keys come and go. */
  items(): Iterator<KeyEntry, unknown> {
    return this.byKey.values()
  }

  get size(): number {
    return this.byKey.size
  }

  /** Keys that have values. */
  get liveCount(): number {
    return this.byKey.size - this.idleCount
  }

  /** Errors: `user` FTS_BAD_KEY, FTS_KEY_GROUP_NOT_HERE. */
  entryOf(key: unknown): KeyEntry {
    // Such a key is its own form in a Map.
    if (typeof key === 'number' || (typeof key === 'string' && key.charCodeAt(0) !== 0))
      return this.byKey.get(key) ?? this.create(key)
    this.current.setCurrentKey(key)
    return this.byKey.get(this.current.currentMapKey) ?? this.create(key)
  }

  /** Looks at a key that is kept elsewhere. Errors: as `entryOf`. */
  check(key: unknown): void {
    this.current.setCurrentKey(key)
    this.current.known()
  }

  /** The entry of a key that was looked at before. */
  entryOfKnown(known: KnownKey): KeyEntry {
    return this.byKey.get(known.mapKey) ?? this.add(new KeyEntry(known))
  }

  /** Before the values of an entry change: keeps what a running snapshot needs of them. */
  changing(entry: KeyEntry): void {
    if (entry.windowCount === 0) return
    this.save(entry)
    this.log.changed(entry)
  }

  /** What the running snapshot will write of an entry, where that is saved or must be now. */
  save(entry: KeyEntry): Saved | undefined {
    const {tracker} = this.current
    if (tracker.running === undefined) return undefined
    if (entry.saved?.epoch !== tracker.running.epoch && tracker.isAwaited(entry))
      this.log.save(entry, entry.windows(deepCopy), true)
    return entry.saved
  }

  /** The first value of the key in a window. */
  insert(entry: KeyEntry, place: number, open: OpenWindow, value: unknown): void {
    if (entry.windowCount === 0) {
      this.idleCount -= 1
      this.log.created(entry)
    }
    entry.insert(place, open, value)
    open.keys.push(entry)
  }

  /** Forgets the earliest window, with the values of its keys. */
  forget({keys}: OpenWindow): void {
    for (const entry of keys) {
      if (entry.stamp < this.current.tracker.stamp) this.changing(entry)
      entry.removeFirst()
      if (entry.windowCount > 0) continue
      this.idleCount += 1
      this.log.removed(entry)
    }
    if (this.idleCount > IDLE_MIN && this.idleCount * 2 > this.byKey.size) this.sweep()
  }

  private create(key: unknown): KeyEntry {
    this.current.setCurrentKey(key)
    return this.add(new KeyEntry(this.current.known()))
  }

  private add(entry: KeyEntry): KeyEntry {
    this.byKey.set(entry.mapKey, entry)
    this.idleCount += 1
    return entry
  }

  private sweep(): void {
    const live = new Map<KeyEntry['mapKey'], KeyEntry>()
    for (const [mapKey, entry] of this.byKey) if (entry.windowCount > 0) live.set(mapKey, entry)
    this.byKey = live
    this.idleCount = 0
  }
}
