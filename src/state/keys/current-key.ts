import {FtsError, type KeyGroupRange, keyGroupForHash} from '../../core/index.js'
import {hashKey} from '../../types/index.js'
import {ChangeTracker} from '../snapshots/change-tracker.js'
import {badKey} from './bad-key.js'
import type {KeyContext} from './key-context.js'
import {type MapKey, toMapKey} from './map-key.js'

export interface CurrentKeyOptions {
  /** For messages. */
  readonly operatorName: string
  readonly maxParallelism: number
  readonly keyGroupRange: KeyGroupRange
}

/** A key that was current once, with all that was found out about it. */
export interface KnownKey {
  readonly key: unknown
  readonly mapKey: MapKey
  readonly keyGroup: number
}

/** Of `keyGroup`: no key is current; it has not been found out. */
const NONE = -1
const UNKNOWN = -2

/** The current key of one operator subtask; its state tables and timers look here. */
export class CurrentKey implements KeyContext {
  currentKey: unknown = undefined
  /** Undefined before the first key. */
  currentMapKey: MapKey = undefined
  /** Counts the changes of the key, so that a table knows whether what it found last is still about the current one. */
  epoch = 0
  readonly keyGroupRange: KeyGroupRange
  /** Time as snapshots of what belongs to the keys see it. */
  readonly tracker = new ChangeTracker()
  /** Called after each change of the key. */
  protected onKeySet: (() => void) | undefined = undefined
  readonly operatorName: string
  readonly maxParallelism: number
  private keyGroup = NONE
  private keyHash: number | undefined = undefined

  constructor(options: CurrentKeyOptions) {
    this.operatorName = options.operatorName
    this.maxParallelism = options.maxParallelism
    this.keyGroupRange = options.keyGroupRange
  }

  /**
   * The key group of the current key, found out when it is first asked for: a key that has state or timers already has been looked at.
   * -1 before the first key. Errors: `user` FTS_KEY_GROUP_NOT_HERE.
   */
  get currentKeyGroup(): number {
    return this.keyGroup === UNKNOWN ? this.findKeyGroup() : this.keyGroup
  }

  /** The same, but -1 for a key of another subtask: it has nothing here. */
  tryKeyGroup(): number {
    if (this.keyGroup !== UNKNOWN) return this.keyGroup
    const keyGroup = keyGroupForHash(this.currentKeyHash, this.maxParallelism)
    if (!this.isHere(keyGroup)) return NONE
    this.keyGroup = keyGroup
    return keyGroup
  }

  /** The Java hash code of the current key, found out when it is first asked for. */
  get currentKeyHash(): number {
    this.keyHash ??= this.hash(this.currentKey)
    return this.keyHash
  }

  setCurrentKey(key: unknown, keyHash?: number): void {
    this.keyHash = keyHash
    if (typeof key === 'string' && key.charCodeAt(0) !== 0) this.become(key, key, UNKNOWN)
    else this.become(key, this.mapKeyOf(key), UNKNOWN)
  }

  /** The current key, for `resume`; there may be none. */
  known(): KnownKey {
    return {
      key: this.currentKey,
      mapKey: this.currentMapKey,
      keyGroup: this.currentMapKey === undefined ? NONE : this.currentKeyGroup,
    }
  }

  /** Makes a key current that was so before, without looking at it again. */
  resume(known: KnownKey): void {
    this.keyHash = undefined
    this.become(known.key, known.mapKey, known.keyGroup)
  }

  private become(key: unknown, mapKey: MapKey, keyGroup: number): void {
    this.currentKey = key
    this.currentMapKey = mapKey
    this.keyGroup = keyGroup
    this.epoch += 1
    if (this.onKeySet !== undefined) this.onKeySet()
  }

  private mapKeyOf(key: unknown): MapKey {
    const mapKey = toMapKey(key)
    if (mapKey === undefined || Number.isNaN(mapKey) || typeof key === 'symbol' || typeof key === 'function')
      throw badKey(this.place(), key)
    return mapKey
  }

  private findKeyGroup(): number {
    const keyGroup = this.tryKeyGroup()
    if (keyGroup === NONE) throw this.notHere(this.currentKey, this.keyGroupOf(this.currentKey))
    return keyGroup
  }

  /** Errors: `user` FTS_KEY_GROUP_NOT_HERE if the current key is another subtask's. */
  requireHere(): void {
    if (this.keyGroup === UNKNOWN) this.findKeyGroup()
  }

  /** Whether keys of a hash code belong to this subtask. */
  isHashHere(keyHash: number): boolean {
    return this.isHere(keyGroupForHash(keyHash, this.maxParallelism))
  }

  private isHere(keyGroup: number): boolean {
    const {keyGroupStart, keyGroupEndInclusive} = this.keyGroupRange
    return keyGroup >= keyGroupStart && keyGroup <= keyGroupEndInclusive
  }

  /** The key group of any key, also of another subtask's. */
  keyGroupOf(key: unknown): number {
    return keyGroupForHash(this.hash(key), this.maxParallelism)
  }

  /** The Java hash code of any key. Errors: `user` FTS_BAD_KEY. */
  hash(key: unknown): number {
    try {
      return hashKey(key)
    } catch (error) {
      throw badKey(this.place(), key, error)
    }
  }

  private place(): string {
    return `operator "${this.operatorName}"`
  }

  private notHere(key: unknown, keyGroup: number): FtsError {
    const {keyGroupStart, keyGroupEndInclusive} = this.keyGroupRange
    return new FtsError(
      'user',
      'FTS_KEY_GROUP_NOT_HERE',
      `${this.place()}: key ${String(key)} is in key group ${keyGroup}, but this subtask has the key groups ` +
        `${keyGroupStart} to ${keyGroupEndInclusive}`,
      {operator: this.operatorName, keyGroup, keyGroupStart, keyGroupEndInclusive},
      {tryThis: 'A key selector must give the same key each time it is asked about a record: no clock, no randomness.'},
    )
  }
}
