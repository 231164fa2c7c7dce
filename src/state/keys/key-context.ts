import type {KeyGroupRange} from '../../core/index.js'

/** The key that state and timers of one operator subtask are about right now. */
export interface KeyContext {
  readonly keyGroupRange: KeyGroupRange
  /** Undefined before the first key. */
  readonly currentKey: unknown
  readonly currentKeyGroup: number
  /**
   * Makes `key` current. `keyHash` is its Java hash code (see types `hashKey`) where the caller has it at hand; it must be that.
   *
   * Errors   `user` FTS_BAD_KEY for NaN, undefined and what has no stable identity. `user` FTS_KEY_GROUP_NOT_HERE, when state is
   *          stored or a timer set for the first time, if the key belongs to another subtask, which is what a key selector does that
   *          answers differently when asked again.
   */
  setCurrentKey(key: unknown, keyHash?: number): void
}
