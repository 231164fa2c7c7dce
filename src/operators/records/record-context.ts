import {FtsError, MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {KeyContext} from '../../state/index.js'
import type {Collector, OnTimerContext, OutputTag, TimeDomain, TimerService} from '../functions/index.js'
import type {FunctionLife} from './function-life.js'
import type {RecordOutput} from './record-output.js'
import {shallowCopy} from './shallow-copy.js'

/**
 * Context and collector of one operator's process function: one object for all records. What a function without keys or timers may not
 * ask is left out of the type it sees. What a function with state collects is copied, see `shallowCopy`.
 */
export class RecordContext<K = unknown, OUT = unknown> implements OnTimerContext<K>, Collector<OUT> {
  /** Of the record or timer in hand; MIN_TIMESTAMP_MS for none. */
  timestampMs = MIN_TIMESTAMP_MS
  private domain: TimeDomain = 'EVENT_TIME'

  constructor(
    private readonly out: RecordOutput,
    private readonly life: FunctionLife,
    private readonly timers: TimerService,
    private readonly key: KeyContext | undefined,
  ) {}

  get isBlocked(): boolean {
    return this.out.isBlocked
  }

  collect(value: OUT): void {
    this.out.collect(this.life.runtime.usesState ? shallowCopy(value) : value)
  }

  /** A timer fires: what is collected has its timestamp in event time, none in processing time. */
  beginTimer(timestampMs: number, domain: TimeDomain): void {
    this.timestampMs = timestampMs
    this.domain = domain
    this.out.timestampMs = domain === 'EVENT_TIME' ? timestampMs : MIN_TIMESTAMP_MS
  }

  timestamp(): number {
    return this.timestampMs === MIN_TIMESTAMP_MS ? (undefined as never) : this.timestampMs
  }

  timerService(): TimerService {
    return this.timers
  }

  timeDomain(): TimeDomain {
    return this.domain
  }

  getCurrentKey(): K {
    return this.key?.currentKey as K
  }

  currentProcessingTime(): number {
    return this.timers.currentProcessingTime()
  }

  currentWatermark(): number {
    return this.timers.currentWatermark()
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    if (typeof tag?.id !== 'string') throw badTag(tag)
    this.out.collectSide(tag.id, this.life.runtime.usesState ? shallowCopy(value) : value, this.timestampMs)
  }
}

function badTag(tag: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_OUTPUT_TAG',
    `ctx.output() got ${typeof tag === 'string' ? `"${tag}"` : String(tag)} where an OutputTag is expected`,
    {},
    {tryThis: "Create it once: const late = new OutputTag<Event>('late'), then ctx.output(late, value)."},
  )
}
