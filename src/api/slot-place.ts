import type {Configuration} from '../config/index.js'
import type {Sink} from '../connectors/index.js'
import type {Operator} from '../operators/index.js'
import type {Timers} from '../platform/index.js'

/** Where a program's operators are made: what a slot has for them. */
export interface SlotPlace {
  readonly timers: Timers
  /** The socket on which the program's starter takes collected records. */
  readonly collectAddress: string | undefined
  /** In place of the socket, where the starter is in the same thread: the sink of a collector, by its number. */
  collectHere?(collector: number): Operator
  readonly configuration: Configuration
  /** Records (or bytes, of sources of text) that a source gives at once at most. Default: what is fast. */
  readonly sourceBatch?: {readonly rows: number; readonly bytes: number}
  /** Where files go instead of where the program says; absolute paths. */
  outputPath?(path: string): string
  /** Puts a sink in place of a program's own, to see what it does; `name` is the operator's. */
  observeSink?<T>(sink: Sink<T>, name: string): Sink<T>
  /** In batch mode a rolling aggregate gives one result for each key, at the end. */
  readonly mode: 'batch' | 'streaming'
  /** All sources end by themselves. */
  readonly isBounded: boolean
}
