import type {ObjectBatch} from '../../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../../core/index.js'
import {previewRecord} from '../../records/preview-record.js'
import {shallowCopy} from '../../records/shallow-copy.js'
import type {WindowAssignerContext} from '../assigners/window-assigner.js'
import {functionOf} from '../function-of.js'
import {LateDroppingOperator} from '../late-dropping-operator.js'
import {noTimestamp} from '../no-timestamp.js'
import {TimeWindow} from '../time-window.js'
import {WindowEmitter} from '../window-emitter.js'
import {cleanupTime} from '../window-plan.js'
import {windowStart} from '../window-start.js'
import type {AlignedPlan} from './aligned-plan.js'
import type {OpenWindow} from './open-window.js'
import {OpenWindows} from './open-windows.js'
import {Span} from './span.js'

/**
 * Tumbling and sliding windows of event time that hold one value for each key and fire when the watermark passes their end. The same
 * results in the same order as WindowOperator, without a timer and a state entry for each key and window:
 *
 *   element ─▶ Span (which windows) ─▶ OpenWindow: key ─▶ value
 *   watermark ─▶ the windows it has passed, the earliest first, key by key ─▶ results, while there is room
 */
export class AlignedWindowOperator extends LateDroppingOperator<TimeWindow> {
  private readonly windows = new OpenWindows()
  private readonly aligned: AlignedPlan
  private emitter!: WindowEmitter<TimeWindow>
  private assignerContext!: WindowAssignerContext
  /** The span of the last element; elements come window by window. */
  private span = Span.NOWHERE
  private spans = new Map<number, Span>()
  /** The window that is firing, and its next key. */
  private firing: OpenWindow | undefined = undefined
  private nextSlot = 0

  constructor(aligned: AlignedPlan) {
    super(functionOf(aligned.plan))
    this.aligned = aligned
  }

  /** Windows that have elements and are not forgotten yet. */
  get openWindowCount(): number {
    return this.windows.size
  }

  protected override opened(): void {
    const {state, timers, out, context, life} = this
    const {computation} = this.aligned.plan
    this.emitter = new WindowEmitter({computation, merges: false, out, state, timers, runtime: life.runtime})
    this.assignerContext = {
      getCurrentProcessingTime: () => timers.currentProcessingTime(),
      subtaskIndex: context.subtaskIndex,
      staggerMs: undefined,
    }
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {out} = this
    const {selectKey} = this.aligned.plan
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      let {span} = this
      if (!(timestampMs >= span.start && timestampMs < span.end)) span = this.spanAt(timestampMs)
      const value = values[row]
      const key = selectKey(value)
      if (!this.addTo(span, timestampMs, key, value)) this.skip(value, timestampMs)
      row++
    }
    return row
  }

  /** Timers are not used. */
  protected onTimer(): void {}

  protected override drainMore(): boolean {
    return this.guarded(this.keyInHand, this.fireDue) && super.drainMore()
  }

  /** False if the element is in no window, or only in windows that are late. */
  private addTo({windows}: Span, timestampMs: number, key: unknown, value: unknown): boolean {
    const {state} = this
    const {fold, sizeMs} = this.aligned
    const isPlainKey = typeof key === 'number' || (typeof key === 'string' && key.charCodeAt(0) !== 0)
    if (!isPlainKey) state.setCurrentKey(key)
    const mapKey = isPlainKey ? key : state.currentMapKey
    let isAdded = false
    for (let i = 0; i < windows.length; i++) {
      const open = windows[i]
      if (timestampMs - open.window.start >= sizeMs) break
      let slot = open.tryAdd(mapKey, value, fold)
      if (slot < 0) {
        // Looks at the key: whether it is one, and belongs here.
        state.setCurrentKey(key)
        slot = open.addFirst(state, value, fold)
      }
      if (open.isFired) this.emit(open, slot)
      isAdded = true
    }
    return isAdded
  }

  private skip(value: unknown, timestampMs: number): void {
    const {allowedLatenessMs, lateOutputTag} = this.aligned.plan
    if (timestampMs + allowedLatenessMs > this.timers.currentWatermark()) this.dropUnassigned()
    else if (lateOutputTag !== undefined) this.out.collectSide(lateOutputTag, value, timestampMs)
    else this.dropLate()
  }

  private spanAt(timestampMs: number): Span {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp(this.aligned.plan.assigner.constructor.name, timestampMs)
    const start = windowStart(timestampMs, this.aligned.shiftMs(this.assignerContext), this.aligned.slideMs)
    const known = this.spans.get(start)
    this.span = known ?? this.createSpan(start)
    // Of late spans there is no end, and little to know.
    if (known === undefined && this.span.windows.length > 0) this.spans.set(start, this.span)
    return this.span
  }

  /** The windows from the latest on; those that are late are left out. */
  private createSpan(start: number): Span {
    const {slideMs, sizeMs} = this.aligned
    const windows: OpenWindow[] = []
    for (let from = start; from > start - sizeMs; from -= slideMs) {
      const open = this.windowAt(from)
      // Those before are late, too.
      if (open === undefined) break
      windows.push(open)
    }
    return new Span(start, start + slideMs, windows)
  }

  private windowAt(start: number): OpenWindow | undefined {
    const open = this.windows.find(start)
    if (open !== undefined) return open
    const window = new TimeWindow(start, start + this.aligned.sizeMs)
    const watermarkMs = this.timers.currentWatermark()
    if (cleanupTime(this.aligned.plan, window) <= watermarkMs) return undefined
    return this.windows.open(window, watermarkMs)
  }

  /** Fires the windows that the watermark has passed; false while there is no room. */
  private readonly fireDue = (): boolean => {
    const watermarkMs = this.timers.currentWatermark()
    for (;;) {
      this.firing ??= this.windows.nextToFire(watermarkMs)
      if (this.firing === undefined) break
      if (!this.fireRest(this.firing)) return false
      this.windows.markFired(this.firing)
      this.firing = undefined
      this.nextSlot = 0
    }
    this.forgetUpTo(watermarkMs)
    return true
  }

  private fireRest(open: OpenWindow): boolean {
    const {out} = this
    const keyCount = open.keys.length
    while (this.nextSlot < keyCount && !out.isBlocked) this.emit(open, this.nextSlot++)
    return this.nextSlot === keyCount
  }

  private emit(open: OpenWindow, slot: number): void {
    const {fold, plan} = this.aligned
    const {finish} = plan.computation
    const key = open.keys[slot]
    // Only a function that the user wrote can ask for state.
    if (finish !== undefined && finish.kind !== 'toRecord') this.state.setCurrentKey(key)
    const value = open.values[slot]
    const result = fold.result(value)
    const livesOn = plan.allowedLatenessMs > 0 && result === value
    this.emitter.emit(key, open.window, livesOn ? shallowCopy(result) : result)
  }

  /** Forgets the windows whose cleanup time has come. */
  private forgetUpTo(watermarkMs: number): void {
    let open = this.windows.first()
    if (open === undefined || cleanupTime(this.aligned.plan, open.window) > watermarkMs) return
    while (open !== undefined && cleanupTime(this.aligned.plan, open.window) <= watermarkMs) {
      if (this.emitter.needsClear) this.clearStateOf(open)
      this.windows.removeFirst()
      open = this.windows.first()
    }
    this.spans.clear()
    this.span = Span.NOWHERE
  }

  private clearStateOf(open: OpenWindow): void {
    for (const key of open.keys) {
      this.state.setCurrentKey(key)
      this.emitter.clear(open.window)
    }
  }

  private readonly keyInHand = (): string => {
    const {firing, nextSlot} = this
    if (firing === undefined) return 'a window'
    const {start, end} = firing.window
    return `the window [${start}, ${end}) of key ${previewRecord(firing.keys[Math.max(0, nextSlot - 1)])}`
  }
}
