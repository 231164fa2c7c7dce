/** A step of a keyed stream: an element, or a watermark that comes between elements. */
export type StreamStep =
  | {readonly kind: 'element'; readonly key: string; readonly value: number; readonly timestampMs: number}
  | {readonly kind: 'watermark'; readonly timestampMs: number}

/** What came out of a window, as both the oracle and the operator under test are made to write it. */
export interface WindowResult {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly values: readonly number[]
}

export type OracleEmission =
  | {readonly result: WindowResult}
  | {readonly watermark: number}
  | {readonly late: number; readonly timestampMs: number}

interface Held {
  readonly key: string
  readonly start: number
  readonly end: number
  values: number[]
}

/** Base of the oracles: walks through the steps with nothing but a list of windows. */
abstract class WindowOracle {
  readonly emissions: OracleEmission[] = []
  protected windows: Held[] = []
  protected watermarkMs = Number.NEGATIVE_INFINITY

  constructor(protected readonly latenessMs: number) {}

  run(steps: readonly StreamStep[]): readonly OracleEmission[] {
    for (const step of [...steps, {kind: 'watermark', timestampMs: 2 ** 63} as const]) {
      if (step.kind === 'element') this.element(step)
      else if (step.timestampMs > this.watermarkMs) this.advance(step.timestampMs)
    }
    return this.emissions
  }

  protected abstract element(step: Extract<StreamStep, {kind: 'element'}>): void

  protected isLate({end}: {readonly end: number}): boolean {
    return end - 1 + this.latenessMs <= this.watermarkMs
  }

  protected fire({key, start, end, values}: Held): void {
    this.emissions.push({result: {key, start, end, values: [...values]}})
  }

  protected late({value, timestampMs}: Extract<StreamStep, {kind: 'element'}>): void {
    if (timestampMs + this.latenessMs <= this.watermarkMs) this.emissions.push({late: value, timestampMs})
  }

  private advance(timestampMs: number): void {
    const before = this.watermarkMs
    this.watermarkMs = timestampMs
    const due = this.windows.filter(({end}) => end - 1 > before && end - 1 <= timestampMs)
    // A stable sort: windows of one end stay in the order in which their keys came.
    for (const window of due.sort((a, b) => a.end - b.end)) this.fire(window)
    this.windows = this.windows.filter((window) => !this.isLate(window))
    this.emissions.push({watermark: timestampMs})
  }
}

/** Tumbling (slide = size) and sliding windows with the event-time trigger. */
export class SlidingOracle extends WindowOracle {
  constructor(
    private readonly shape: {readonly size: number; readonly slide: number; readonly offset: number},
    latenessMs: number,
  ) {
    super(latenessMs)
  }

  protected element(step: Extract<StreamStep, {kind: 'element'}>): void {
    const {key, value, timestampMs} = step
    let isSkipped = true
    for (const start of this.startsOf(timestampMs)) {
      const end = start + this.shape.size
      if (this.isLate({end})) continue
      isSkipped = false
      let window = this.windows.find((held) => held.key === key && held.start === start)
      if (window === undefined) this.windows.push((window = {key, start, end, values: []}))
      window.values.push(value)
      if (end - 1 <= this.watermarkMs) this.fire(window)
    }
    if (isSkipped) this.late(step)
  }

  /** Every start at which a window may begin, tried one by one; the latest first. */
  private startsOf(timestampMs: number): number[] {
    const {size, slide, offset} = this.shape
    const starts: number[] = []
    for (let start = timestampMs; start > timestampMs - size; start--)
      if (Math.abs((start - offset) % slide) === 0) starts.push(start)
    return starts
  }
}

/** Sessions with the event-time trigger. The values of a session are in no order. */
export class SessionOracle extends WindowOracle {
  constructor(
    private readonly gapOf: (value: number) => number,
    latenessMs: number,
  ) {
    super(latenessMs)
  }

  protected element(step: Extract<StreamStep, {kind: 'element'}>): void {
    const {key, value, timestampMs} = step
    let session: Held = {key, start: timestampMs, end: timestampMs + this.gapOf(value), values: [value]}
    for (;;) {
      const {start, end} = session
      const met = this.windows.find((held) => held.key === key && held.start <= end && held.end >= start)
      if (met === undefined) break
      this.windows = this.windows.filter((held) => held !== met)
      session = {
        key,
        start: Math.min(start, met.start),
        end: Math.max(end, met.end),
        values: [...met.values, ...session.values],
      }
    }
    if (this.isLate(session)) {
      this.late(step)
      return
    }
    this.windows.push(session)
    if (session.end - 1 <= this.watermarkMs) this.fire(session)
  }
}
