import type {CurrentKey} from '../../../state/index.js'
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
  private byKey = new Map<KeyEntry['mapKey'], KeyEntry>()
  private idleCount = 0

  constructor(private readonly current: CurrentKey) {}

  get size(): number {
    return this.byKey.size
  }

  /** Errors: `user` FTS_BAD_KEY, FTS_KEY_GROUP_NOT_HERE. */
  entryOf(key: unknown): KeyEntry {
    // Such a key is its own form in a Map.
    if (typeof key === 'number' || (typeof key === 'string' && key.charCodeAt(0) !== 0))
      return this.byKey.get(key) ?? this.create(key)
    this.current.setCurrentKey(key)
    return this.byKey.get(this.current.currentMapKey) ?? this.create(key)
  }

  /** The first value of the key in a window. */
  insert(entry: KeyEntry, place: number, open: OpenWindow, value: unknown): void {
    if (entry.windowCount === 0) this.idleCount -= 1
    entry.insert(place, open, value)
    open.keys.push(entry)
  }

  /** Forgets the earliest window, with the values of its keys. */
  forget({keys}: OpenWindow): void {
    for (const entry of keys) {
      entry.removeFirst()
      if (entry.windowCount === 0) this.idleCount += 1
    }
    if (this.idleCount > IDLE_MIN && this.idleCount * 2 > this.byKey.size) this.sweep()
  }

  private create(key: unknown): KeyEntry {
    this.current.setCurrentKey(key)
    const entry = new KeyEntry(this.current)
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
