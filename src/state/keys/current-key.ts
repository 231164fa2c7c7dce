import {FtsError, type KeyGroupRange, keyGroupForHash} from '../../core/index.js'
import {hashKey} from '../../types/index.js'
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

/** The current key of one operator subtask; its state tables and timers look here. */
export class CurrentKey implements KeyContext {
  currentKey: unknown = undefined
  /** -1 before the first key. */
  currentKeyGroup = -1
  currentMapKey: MapKey = undefined
  /** Counts the changes of the key, so that a table knows whether what it found last is still about the current one. */
  epoch = 0
  readonly keyGroupRange: KeyGroupRange
  /** Called after each change of the key. */
  protected onKeySet: (() => void) | undefined = undefined
  private readonly operatorName: string
  private readonly maxParallelism: number

  constructor(options: CurrentKeyOptions) {
    this.operatorName = options.operatorName
    this.maxParallelism = options.maxParallelism
    this.keyGroupRange = options.keyGroupRange
  }

  setCurrentKey(key: unknown, keyHash?: number): void {
    const mapKey = toMapKey(key)
    if (mapKey === undefined || Number.isNaN(mapKey) || typeof key === 'symbol' || typeof key === 'function')
      throw badKey(this.place(), key)
    const keyGroup = keyGroupForHash(keyHash ?? this.hash(key), this.maxParallelism)
    const {keyGroupStart, keyGroupEndInclusive} = this.keyGroupRange
    if (keyGroup < keyGroupStart || keyGroup > keyGroupEndInclusive) throw this.notHere(key, keyGroup)
    this.become(key, mapKey, keyGroup)
  }

  /** Makes a key current that was so before, without looking at it again. */
  resume(known: KnownKey): void {
    this.become(known.key, known.mapKey, known.keyGroup)
  }

  private become(key: unknown, mapKey: MapKey, keyGroup: number): void {
    this.currentKey = key
    this.currentMapKey = mapKey
    this.currentKeyGroup = keyGroup
    this.epoch += 1
    if (this.onKeySet !== undefined) this.onKeySet()
  }

  private hash(key: unknown): number {
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
