import type {Configuration} from '../config/index.js'
import type {Timers} from '../platform/index.js'

/** Where a program's operators are made: what a slot has for them. */
export interface SlotPlace {
  readonly timers: Timers
  /** The socket on which the program's starter takes collected records. */
  readonly collectAddress: string | undefined
  readonly configuration: Configuration
  /** In batch mode a rolling aggregate gives one result for each key, at the end. */
  readonly mode: 'batch' | 'streaming'
}
