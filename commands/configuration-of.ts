import {resolve} from 'node:path'
import {Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'

/** What the flags that stand for an option said. */
export interface OptionFlags {
  readonly config: readonly string[]
  readonly parallelism: number | undefined
  readonly numTaskManagers: number | undefined
  readonly slots: number | undefined
  /** Commands that can start from a checkpoint. */
  readonly fromSavepoint?: string | undefined
  readonly allowNonRestoredState?: boolean
}

/** `-D key=value` under the flags that stand for an option. Errors: `user`, from the keys and the values. */
export function configurationOf(flags: OptionFlags): Configuration {
  let config = Configuration.fromEntries(Object.fromEntries(flags.config.map(keyAndValue)))
  if (flags.parallelism !== undefined) config = config.with(OPTIONS.parallelism, flags.parallelism)
  if (flags.numTaskManagers !== undefined) config = config.with(OPTIONS.numTaskManagers, flags.numTaskManagers)
  if (flags.slots !== undefined) config = config.with(OPTIONS.slotsPerTaskManager, flags.slots)
  if (flags.fromSavepoint !== undefined) config = config.with(OPTIONS.restorePath, resolve(flags.fromSavepoint))
  if (flags.allowNonRestoredState === true) config = config.with(OPTIONS.allowNonRestoredState, true)
  return config
}

function keyAndValue(text: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals).trim(), text.slice(equals + 1)]
  const tryThis = 'for example -D parallelism.default=4'
  throw new FtsError('user', 'FTS_WRONG_USE', `-D "${text}" is not key=value`, {text}, {tryThis})
}
