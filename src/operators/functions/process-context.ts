import type {OutputTag} from './output-tag.js'
import type {TimerService} from './timer-service.js'

/** What a process function may ask while it handles a record. One object for all records: do not keep it. */
export interface ProcessContext {
  /** Event time of the record, or the time of the timer that fires; undefined where the record has none. */
  timestamp(): number | undefined
  timerService(): TimerService
  /** Emits a record to a side output; nobody listens, nothing happens. */
  output<X>(tag: OutputTag<X>, value: X): void
}

export interface KeyedProcessContext<K> extends ProcessContext {
  getCurrentKey(): K
}

/** While a timer fires; `timestamp()` is the timer's. */
export interface OnTimerContext<K> extends KeyedProcessContext<K> {
  timestamp(): number
  timeDomain(): TimeDomain
}

export type TimeDomain = 'EVENT_TIME' | 'PROCESSING_TIME'
