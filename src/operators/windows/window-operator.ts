import type {ObjectBatch} from '../../columns/index.js'
import {FtsError, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {InternalTimer, Namespace} from '../../state/index.js'
import {classNameOf} from '../class-name.js'
import type {TimeDomain} from '../functions/index.js'
import {operatorPlace} from '../records/operator-place.js'
import type {OperatorSnapshot, SnapshotRequest} from '../snapshots.js'
import type {StateGrowth} from '../state-growth.js'
import {GlobalWindows} from './assigners/global-windows.js'
import {MergingWindowAssigner} from './assigners/merging-window-assigner.js'
import type {WindowAssignerContext} from './assigners/window-assigner.js'
import {CountEvictor} from './evictors/count-evictor.js'
import type {EvictorContext} from './evictors/evictor.js'
import {foldElements} from './fold-elements.js'
import {functionOf} from './function-of.js'
import {LateDroppingOperator} from './late-dropping-operator.js'
import {MergingWindowSet, type WindowMerge} from './merging-window-set.js'
import {restoreAligned} from './restore-aligned.js'
import {checkStorable, restoreWindow} from './restore-window.js'
import {PurgingTrigger} from './triggers/purging-trigger.js'
import {isFire, isPurge, TriggerResult} from './triggers/trigger-result.js'
import type {Window} from './window.js'
import {TimestampedContents, type WindowContents, windowContents} from './window-contents.js'
import {WindowEmitter} from './window-emitter.js'
import {cleanupTime, type WindowPlan} from './window-plan.js'
import {WindowTriggerContext} from './window-trigger-context.js'

/**
 * Windows of a keyed stream, with any assigner, trigger and evictor.
 *
 *   element ─▶ assigner ─▶ each window that is not late: contents, trigger ─▶ fire: window function   purge: contents forgotten
 *   timer of (key, window) ─▶ trigger ─▶ the same; at the window's cleanup time everything about it is forgotten
 *
 * Source   Flink 2.3 WindowOperator, EvictingWindowOperator.
 */
export class WindowOperator<W extends Window & Namespace = Window> extends LateDroppingOperator<W> {
  private contents!: WindowContents<W>
  /** The same as `contents`, where there is an evictor. */
  private timestamped: TimestampedContents<W> | undefined
  private emitter!: WindowEmitter<W>
  private merging: MergingWindowSet<W> | undefined
  private ctx!: WindowTriggerContext<W>
  private assignerContext!: WindowAssignerContext
  private evictorContext!: EvictorContext
  private restoredStaggerMs: number | undefined = undefined
  /** Some window: all are of one class. */
  private lastWindow: W | undefined = undefined

  constructor(
    protected readonly plan: WindowPlan<W>,
    inputCount = 1,
  ) {
    super(functionOf(plan), inputCount)
  }

  override snapshotState(request: SnapshotRequest): OperatorSnapshot {
    if (this.lastWindow !== undefined) checkStorable(this.plan.assigner, this.lastWindow)
    return super.snapshotState(request)
  }

  /** Windows of numbers of the fast operator have their start as namespace. */
  protected override restoreNamespace(fields: unknown): Namespace {
    if (typeof fields === 'number') return fields
    return restoreWindow(this.plan.assigner, fields) as Window & Namespace
  }

  protected override ownExtra(): unknown {
    return {staggerMs: this.assignerContext.staggerMs}
  }

  protected override restoreExtra(extras: readonly unknown[]): void {
    const {plan, context, state, timers} = this
    restoreAligned({plan, context, state, timers}, extras)
    this.restoredStaggerMs = (extras[0] as {readonly staggerMs?: number} | undefined)?.staggerMs
  }

  /** Windows of time are forgotten when they have passed; a global window only when its trigger purges it. */
  override stateGrowth(): readonly StateGrowth[] {
    const {assigner, trigger, evictor, computation} = this.plan
    const own = super.stateGrowth()
    if (!(assigner instanceof GlobalWindows)) return own
    if (trigger instanceof PurgingTrigger || evictor instanceof CountEvictor)
      return [...own, {what: 'the window of each key', growsWith: 'keys'}]
    const growsWith = computation.kind === 'elements' ? 'records' : 'keys'
    return [...own, {what: `a global window that ${trigger.constructor.name} never purges`, growsWith}]
  }

  protected override opened(): void {
    const {state, timers, out, plan} = this
    const {assigner, evictor, computation} = plan
    this.timestamped = evictor === undefined ? undefined : new TimestampedContents<W>(state)
    this.contents = this.timestamped ?? windowContents<W>(state, computation)
    this.merging = assigner instanceof MergingWindowAssigner ? new MergingWindowSet<W>(state, assigner) : undefined
    this.ctx = new WindowTriggerContext<W>(state, timers)
    this.evictorContext = this.ctx
    this.assignerContext = {
      getCurrentProcessingTime: () => timers.currentProcessingTime(),
      subtaskIndex: this.context.subtaskIndex,
      staggerMs: this.restoredStaggerMs,
    }
    const merges = this.merging !== undefined
    this.emitter = new WindowEmitter<W>({computation, merges, out, state, timers, runtime: this.life.runtime})
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, _inputIndex: number): number {
    const {state, out} = this
    const {selectKey} = this.plan
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row]
      state.setCurrentKey(selectKey(value))
      this.processElement(value, timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row])
      row++
    }
    return row
  }

  /** An element of the current key. */
  protected processElement(value: unknown, timestampMs: number): void {
    const windows = this.plan.assigner.assignWindows(value, timestampMs, this.assignerContext)
    let isSkipped = true
    for (const window of windows) if (this.addTo(window, value, timestampMs)) isSkipped = false
    this.lastWindow = windows[0]
    if (isSkipped) this.skip(value, timestampMs)
  }

  protected onTimer({namespace: window, timestampMs}: InternalTimer<W>, domain: TimeDomain): void {
    const {merging, plan, ctx} = this
    const stateWindow = merging === undefined ? window : merging.stateWindowOf(window)
    // A trigger did not delete its timer, and the window is gone.
    if (stateWindow === undefined) return
    this.contents.at(stateWindow)
    ctx.window = window
    const isEventTime = domain === 'EVENT_TIME'
    const {trigger} = plan
    this.apply(
      isEventTime ? trigger.onEventTime(timestampMs, window, ctx) : trigger.onProcessingTime(timestampMs, window, ctx),
      window,
    )
    if (isEventTime === plan.assigner.isEventTime && timestampMs === cleanupTime(plan, window)) this.forget(window)
  }

  /** False if the window is late. */
  private addTo(assigned: W, value: unknown, timestampMs: number): boolean {
    const {merging, plan, contents, ctx} = this
    const window = merging === undefined ? assigned : merging.addWindow(assigned, this.onMerge)
    if (this.isWindowLate(window)) {
      merging?.retireWindow(window)
      return false
    }
    contents.at(merging === undefined ? window : (merging.stateWindowOf(window) as W))
    contents.add(value, timestampMs)
    ctx.window = window
    this.apply(plan.trigger.onElement(value, timestampMs, window, ctx), window)
    this.registerCleanupTimer(window)
    return true
  }

  private skip(value: unknown, timestampMs: number): void {
    const {assigner, allowedLatenessMs, lateOutputTag} = this.plan
    const isLate = assigner.isEventTime && timestampMs + allowedLatenessMs <= this.timers.currentWatermark()
    if (!isLate) this.dropUnassigned()
    else if (lateOutputTag !== undefined) this.out.collectSide(lateOutputTag, value, timestampMs)
    else this.dropLate()
  }

  private apply(result: TriggerResult, window: W): void {
    if (result === TriggerResult.CONTINUE) return
    if (!Object.hasOwn(TriggerResult, result)) throw badResult(this.plan.trigger, result)
    if (isFire(result)) this.evaluate(window)
    if (isPurge(result)) this.contents.clear()
  }

  private evaluate(window: W): void {
    const key = this.state.currentKey
    if (this.timestamped === undefined) this.emitter.emit(key, window, this.contents.get())
    else this.evaluateEvicting(this.timestamped, key, window)
  }

  private evaluateEvicting(contents: TimestampedContents<W>, key: unknown, window: W): void {
    const elements = [...contents.get()]
    if (elements.length === 0) return
    const {evictor, computation} = this.plan
    evictor?.evictBefore(elements, elements.length, window, this.evictorContext)
    const values = elements.map(({value}) => value)
    this.emitter.emit(key, window, foldElements(computation, values))
    evictor?.evictAfter(elements, elements.length, window, this.evictorContext)
    contents.replace(elements)
  }

  private forget(window: W): void {
    this.contents.clear()
    this.ctx.window = window
    this.plan.trigger.clear(window, this.ctx)
    this.emitter.clear(window)
    if (this.state.hasUnclaimed) this.state.clearUnclaimed(window)
    this.merging?.retireWindow(window)
  }

  private readonly onMerge = ({result, merged, stateWindow, mergedStateWindows}: WindowMerge<W>): void => {
    const {ctx, plan} = this
    this.refuseExpired(result)
    ctx.window = result
    ctx.mergedWindows = merged
    plan.trigger.onMerge(result, ctx)
    for (const window of merged) {
      ctx.window = window
      plan.trigger.clear(window, ctx)
      this.deleteCleanupTimer(window)
    }
    this.contents.merge(stateWindow, mergedStateWindows)
  }

  private isWindowLate(window: W): boolean {
    return this.plan.assigner.isEventTime && cleanupTime(this.plan, window) <= this.timers.currentWatermark()
  }

  private registerCleanupTimer(window: W): void {
    const atMs = cleanupTime(this.plan, window)
    if (atMs === MAX_TIMESTAMP_MS) return
    if (this.plan.assigner.isEventTime) this.timers.registerEventTimeTimer(window, atMs)
    else this.timers.registerProcessingTimeTimer(window, atMs)
  }

  private deleteCleanupTimer(window: W): void {
    const atMs = cleanupTime(this.plan, window)
    if (atMs === MAX_TIMESTAMP_MS) return
    if (this.plan.assigner.isEventTime) this.timers.deleteEventTimeTimer(window, atMs)
    else this.timers.deleteProcessingTimeTimer(window, atMs)
  }

  private refuseExpired(result: W): void {
    const {assigner} = this.plan
    const nowMs = assigner.isEventTime ? this.timers.currentWatermark() : this.timers.currentProcessingTime()
    if (cleanupTime(this.plan, result) > nowMs) return
    throw new FtsError(
      'fatal',
      'FTS_EXPIRED_MERGE',
      `${operatorPlace(this.context)}: windows merged into one that ends at ${result.maxTimestamp()}, but it is ${nowMs} already`,
      {assigner: classNameOf(assigner), maxTimestamp: result.maxTimestamp(), now: nowMs},
      {tryThis: 'mergeWindows() of the window assigner must not make a window that ends before those it is made of.'},
    )
  }
}

function badResult(trigger: object, result: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_TRIGGER_RESULT',
    `trigger ${classNameOf(trigger)} answered ${String(result)}, which is no TriggerResult`,
    {trigger: classNameOf(trigger)},
    {tryThis: 'Return TriggerResult.CONTINUE, FIRE, PURGE or FIRE_AND_PURGE from each of its methods.'},
  )
}
