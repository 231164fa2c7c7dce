import type {ObjectBatch} from '../../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../../core/index.js'
import type {Namespace, SnapshotSource} from '../../../state/index.js'
import {classNameOf} from '../../class-name.js'
import {previewRecord} from '../../records/preview-record.js'
import {shallowCopy} from '../../records/shallow-copy.js'
import {TextNumbers} from '../../records/text-numbers.js'
import type {WindowAssignerContext} from '../assigners/window-assigner.js'
import {functionOf} from '../function-of.js'
import {LateDroppingOperator} from '../late-dropping-operator.js'
import {noTimestamp} from '../no-timestamp.js'
import {type AlignedExtra, isAlignedExtra, otherForm, takeOther, WINDOW_CONTENTS} from '../other-form.js'
import {restoreWindow} from '../restore-window.js'
import {TimeWindow} from '../time-window.js'
import {WindowEmitter} from '../window-emitter.js'
import {cleanupTime} from '../window-plan.js'
import {windowStart} from '../window-start.js'
import type {AlignedPlan} from './aligned-plan.js'
import {AlignedSource} from './aligned-source.js'
import {IntCells} from './int-cells.js'
import {KeyDictionary} from './key-dictionary.js'
import type {KeyEntry} from './key-entry.js'
import type {NumberCells} from './number-cells.js'
import {NumbersSource, type RestoredNumbers} from './numbers-source.js'
import type {OpenWindow} from './open-window.js'
import {OpenWindows} from './open-windows.js'
import {Span} from './span.js'

/**
 * Tumbling and sliding windows of event time that hold one value for each key and fire when the watermark passes their end. The same
 * results in the same order as WindowOperator, without a timer and a state entry for each key and window:
 *
 *   element ─▶ Span (which windows), KeyDictionary (which key) ─▶ OpenWindow: key ─▶ value
 *                                               (or OpenWindow.numbers: keys and numbers only)
 *   watermark ─▶ the windows it has passed, the earliest first, key by key ─▶ results, while there is room
 */
export class AlignedWindowOperator extends LateDroppingOperator<TimeWindow> {
  private readonly windows = new OpenWindows()
  private readonly aligned: AlignedPlan
  private emitter!: WindowEmitter<TimeWindow>
  private assignerContext!: WindowAssignerContext
  private dictionary!: KeyDictionary
  private source!: AlignedSource
  private numbersSource!: NumbersSource
  private restoredStaggerMs: number | undefined = undefined
  /** The span of the last element, and the one before: elements come window by window, with others between them. */
  private span = Span.NOWHERE
  private spanBefore = Span.NOWHERE
  private spans = new Map<number, Span>()
  /** The window that is firing, and its next key, or the next of its numbers. */
  private firing: OpenWindow | undefined = undefined
  private nextKey = 0
  private firingNumbers: Iterator<readonly [unknown, number], unknown> | undefined = undefined
  private keyFiring: unknown = undefined
  /** Keys and values may be such that a window needs no objects for them; what came so far was. */
  private triesNumbers: boolean

  constructor(aligned: AlignedPlan) {
    super(functionOf(aligned.plan))
    this.aligned = aligned
    const {computation, allowedLatenessMs} = aligned.plan
    this.triesNumbers =
      allowedLatenessMs === 0 && (computation.finish === undefined || computation.finish.kind === 'toRecord')
  }

  /** Windows that have elements and are not forgotten yet. */
  get openWindowCount(): number {
    return this.windows.size
  }

  protected override ownSources(): readonly SnapshotSource[] {
    this.dictionary = new KeyDictionary(this.state)
    this.source = new AlignedSource(this.dictionary)
    this.numbersSource = new NumbersSource(this.state, this.windows)
    return [this.source, this.numbersSource] as unknown as readonly SnapshotSource[]
  }

  protected override ownExtra(): AlignedExtra {
    const {sizeMs, slideMs} = this.aligned
    return {sizeMs, slideMs, staggerMs: this.assignerContext.staggerMs}
  }

  /** Windows that the watermark has passed have fired; with values they are here because late elements are allowed. */
  protected override restoreExtra(extras: readonly unknown[]): void {
    const {sizeMs, slideMs} = this.aligned
    for (const extra of extras)
      if (isAlignedExtra(extra) && (extra.sizeMs !== sizeMs || extra.slideMs !== slideMs)) throw otherForm(this.context)
    this.restoredStaggerMs = (extras[0] as {readonly staggerMs?: number} | undefined)?.staggerMs
    this.restoreGeneral()
    for (const {known, windows} of this.source.restoredKeys.values()) {
      const entry = this.dictionary.entryOfKnown(known)
      for (const [start, value] of windows.entries())
        this.dictionary.insert(entry, 2 * entry.windowCount, this.openAt(start), value)
    }
    this.source.restoredKeys.clear()
    for (const [start, numbers] of this.numbersSource.restoredNumbers) this.restoreNumbers(this.openAt(start), numbers)
    this.numbersSource.restoredNumbers.clear()
  }

  /** What the general operator has stored. Its timers come to nothing here, each at the end of its window. */
  private restoreGeneral(): void {
    const {computation} = this.aligned.plan
    const contents = takeOther(this.context, this.state, WINDOW_CONTENTS)
    if (contents === undefined) return
    const kind = computation.kind === 'reduce' ? 'reducing' : 'aggregating'
    for (const {known, namespace, value} of contents.entries) {
      const {start, end} = namespace as TimeWindow
      if (contents.meta.kind !== kind || end - start !== this.aligned.sizeMs) throw otherForm(this.context)
      this.put(this.openAt(start), known.key, value)
    }
  }

  /** Windows of numbers have their start as namespace. */
  protected override restoreNamespace(fields: unknown): Namespace {
    if (typeof fields === 'number') return fields
    return restoreWindow(this.aligned.plan.assigner, fields) as TimeWindow
  }

  protected override opened(): void {
    const {state, timers, out, context, life} = this
    const {computation} = this.aligned.plan
    this.emitter = new WindowEmitter({computation, merges: false, out, state, timers, runtime: life.runtime})
    this.assignerContext = {
      getCurrentProcessingTime: () => timers.currentProcessingTime(),
      subtaskIndex: context.subtaskIndex,
      staggerMs: this.restoredStaggerMs,
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
      const windowCount = span.windows.length
      // A timestamp is not handed on, which would make an object of it for each element.
      if (windowCount === 0 || (windowCount === 1 && timestampMs >= span.allUntil)) this.skip(value, timestampMs, key)
      else this.addTo(span.windows, timestampMs < span.allUntil ? windowCount : windowCount - 1, key, value)
      row++
    }
    return row
  }

  /** Timers are not used. */
  protected onTimer(): void {}

  protected override drainMore(): boolean {
    return this.guarded(this.keyInHand, this.fireDue) && super.drainMore()
  }

  /** Adds an element to the first `count` of the windows. */
  private addTo(windows: readonly OpenWindow[], count: number, key: unknown, value: unknown): void {
    let entry: KeyEntry | undefined
    let place = 0
    for (let i = 0; i < count; i++) {
      const open = windows[i]
      if (open.numbers !== undefined && this.addNumber(open, open.numbers, key, value)) continue
      if (entry === undefined) {
        entry = this.entryToChange(key)
        place = 2 * entry.windowCount - 2
      }
      place = this.addToEntry(entry, place, open, value)
    }
  }

  /** False where key or value are of another kind: the window has no numbers any more. */
  private addNumber(open: OpenWindow, numbers: NumberCells, key: unknown, value: unknown): boolean {
    const {fold} = this.aligned
    if (!numbers.takes(key)) return this.takeOtherKey(open, key, value)
    const cell = numbers.find(key)
    const next = cell < 0 ? fold.first(value) : fold.add(numbers.get(cell), value)
    if (typeof next !== 'number') {
      this.leaveNumbers(open)
      this.put(open, key, next)
    } else if (cell < 0) {
      this.dictionary.check(key)
      numbers.append(next)
      open.history?.appended()
    } else {
      open.history?.changing(cell)
      numbers.set(cell, next)
    }
    return true
  }

  /** The first key of a window decides what keys it has. */
  private takeOtherKey(open: OpenWindow, key: unknown, value: unknown): boolean {
    if (open.numbers?.size === 0 && typeof key === 'string') {
      const texts = new TextNumbers()
      open.holdNumbers(texts, this.state.tracker)
      return this.addNumber(open, texts, key, value)
    }
    this.leaveNumbers(open)
    return false
  }

  /** Keys and numbers become entries. */
  private leaveNumbers(open: OpenWindow): void {
    const {numbers} = open
    this.triesNumbers = false
    this.numbersSource.gone()
    open.leaveNumbers()
    if (numbers !== undefined) this.putAll(open, numbers)
  }

  private restoreNumbers(open: OpenWindow, {ints, texts}: RestoredNumbers): void {
    const isOneKind = ints.size === 0 || texts.size === 0
    if (this.triesNumbers && isOneKind && open.keys.length === 0) {
      open.holdNumbers(ints.size > 0 ? ints : texts, this.state.tracker)
    } else {
      this.putAll(open, ints)
      this.putAll(open, texts)
    }
  }

  private putAll(open: OpenWindow, numbers: NumberCells): void {
    const all = numbers.all()
    for (let next = all.next(); next.done !== true; next = all.next()) this.put(open, next.value[0], next.value[1])
  }

  private put(open: OpenWindow, key: unknown, value: unknown): void {
    const entry = this.entryToChange(key)
    const {place, isThere} = entry.search(open)
    if (isThere) entry.cells[place + 1] = value
    else this.dictionary.insert(entry, place, open, value)
  }

  private entryToChange(key: unknown): KeyEntry {
    const entry = this.dictionary.entryOf(key)
    if (entry.stamp < this.state.tracker.stamp) this.dictionary.changing(entry)
    return entry
  }

  /** Adds to the value of a window that is at `before` or earlier; answers from where to look for the next. */
  private addToEntry(entry: KeyEntry, before: number, open: OpenWindow, value: unknown): number {
    const {fold} = this.aligned
    const {cells} = entry
    let place = before
    while (place >= 0 && cells[place] !== open && (cells[place] as OpenWindow).start > open.start) place -= 2
    if (place >= 0 && cells[place] === open) {
      cells[place + 1] = fold.add(cells[place + 1], value)
      if (open.isFired) this.emit(open, entry, place)
      return place - 2
    }
    this.dictionary.insert(entry, place + 2, open, fold.first(value))
    if (open.isFired) this.emit(open, entry, place + 2)
    return place
  }

  private skip(value: unknown, timestampMs: number, key: unknown): void {
    this.state.setCurrentKey(key)
    const {allowedLatenessMs, lateOutputTag} = this.aligned.plan
    if (timestampMs + allowedLatenessMs > this.timers.currentWatermark()) this.dropUnassigned()
    else if (lateOutputTag !== undefined) this.out.collectSide(lateOutputTag, value, timestampMs)
    else this.dropLate()
  }

  private spanAt(timestampMs: number): Span {
    const {span: last, spanBefore} = this
    this.spanBefore = last
    this.span =
      timestampMs >= spanBefore.start && timestampMs < spanBefore.end ? spanBefore : this.findSpan(timestampMs)
    return this.span
  }

  private findSpan(timestampMs: number): Span {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp(classNameOf(this.aligned.plan.assigner), timestampMs)
    const start = windowStart(timestampMs, this.aligned.shiftMs(this.assignerContext), this.aligned.slideMs)
    const known = this.spans.get(start)
    if (known !== undefined) return known
    const span = this.createSpan(start)
    // Of late spans there is no end, and little to know.
    if (span.windows.length > 0) this.spans.set(start, span)
    return span
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
    return new Span({start, end: start + slideMs, windows})
  }

  private windowAt(start: number): OpenWindow | undefined {
    const open = this.windows.find(start)
    if (open !== undefined) return open
    const window = new TimeWindow(start, start + this.aligned.sizeMs)
    const watermarkMs = this.timers.currentWatermark()
    if (cleanupTime(this.aligned.plan, window) <= watermarkMs) return undefined
    const opened = this.windows.open(window, watermarkMs)
    if (this.triesNumbers && !this.state.hasUnclaimed) opened.holdNumbers(new IntCells(), this.state.tracker)
    return opened
  }

  private openAt(start: number): OpenWindow {
    const window = new TimeWindow(start, start + this.aligned.sizeMs)
    return this.windows.find(start) ?? this.windows.open(window, this.timers.currentWatermark())
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
      this.nextKey = 0
    }
    this.forgetUpTo(watermarkMs)
    return true
  }

  private fireRest(open: OpenWindow): boolean {
    const {out} = this
    if (open.numbers !== undefined) return this.fireNumbers(open, open.numbers)
    const keyCount = open.keys.length
    while (this.nextKey < keyCount && !out.isBlocked) {
      const entry = open.keys[this.nextKey++]
      this.emit(open, entry, entry.placeOf(open))
    }
    return this.nextKey === keyCount
  }

  private fireNumbers(open: OpenWindow, numbers: NumberCells): boolean {
    const {out, emitter} = this
    const {fold} = this.aligned
    this.firingNumbers ??= numbers.all()
    while (!out.isBlocked) {
      const next = this.firingNumbers.next()
      if (next.done === true) {
        this.firingNumbers = undefined
        return true
      }
      this.keyFiring = next.value[0]
      emitter.emit(next.value[0], open.window, fold.result(next.value[1]))
    }
    return false
  }

  private emit(open: OpenWindow, entry: KeyEntry, place: number): void {
    const {fold, plan} = this.aligned
    const {finish} = plan.computation
    // Only a function that the user wrote can ask for state.
    if (finish !== undefined && finish.kind !== 'toRecord') this.state.resume(entry)
    const value = entry.cells[place + 1]
    const result = fold.result(value)
    const livesOn = plan.allowedLatenessMs > 0 && result === value
    this.emitter.emit(entry.key, open.window, livesOn ? shallowCopy(result) : result)
  }

  /** Forgets the windows whose cleanup time has come. */
  private forgetUpTo(watermarkMs: number): void {
    let open = this.windows.first()
    if (open === undefined || cleanupTime(this.aligned.plan, open.window) > watermarkMs) return
    while (open !== undefined && cleanupTime(this.aligned.plan, open.window) <= watermarkMs) {
      if (this.emitter.needsClear || this.state.hasUnclaimed) this.clearStateOf(open)
      if (open.numbers !== undefined) this.numbersSource.gone()
      this.windows.removeFirst()
      this.dictionary.forget(open)
      open = this.windows.first()
    }
    this.spans.clear()
    this.span = Span.NOWHERE
    this.spanBefore = Span.NOWHERE
  }

  private clearStateOf(open: OpenWindow): void {
    for (const entry of open.keys) {
      this.state.resume(entry)
      this.emitter.clear(open.window)
      this.state.clearUnclaimed(open.window)
    }
  }

  private readonly keyInHand = (): string => {
    const {firing, nextKey} = this
    if (firing === undefined) return 'a window'
    const {start, end} = firing.window
    const key = firing.numbers === undefined ? firing.keys[Math.max(0, nextKey - 1)]?.key : this.keyFiring
    return `the window [${start}, ${end}) of key ${previewRecord(key)}`
  }
}
