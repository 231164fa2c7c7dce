import {assert, type ControlElement} from '../../core/index.js'
import {
  HeapTimerService,
  type InternalTimer,
  type KeyedStateBackend,
  type LocalKeyedStateBackend,
  type Namespace,
  type SnapshotSource,
  type Triggerable,
  type VoidNamespace,
} from '../../state/index.js'
import type {TimeDomain} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import type {OperatorSnapshot, SnapshotRequest} from '../snapshots.js'
import type {WatermarkPosition} from './combined-watermark.js'
import {createKeyedState} from './create-keyed-state.js'
import {previewRecord} from './preview-record.js'
import {RecordOperator} from './record-operator.js'

/** What a snapshot of a keyed operator holds beside state and timers. */
interface KeyedExtra {
  readonly time: WatermarkPosition
  readonly own: unknown
}

/**
 * Base of operators with keyed state and timers. Timers fire where there is room for what they emit; a watermark goes on when all it
 * makes due has fired, and a control element never overtakes it.
 */
export abstract class KeyedRecordOperator<N extends Namespace = VoidNamespace>
  extends RecordOperator
  implements Triggerable<N>
{
  protected state!: LocalKeyedStateBackend
  protected timers!: HeapTimerService<N>
  /** The watermark whose timers are firing, and what follows it. */
  private held: ControlElement[] = []
  private isDue = false

  onEventTime(timer: InternalTimer<N>): void {
    this.fire(timer, 'EVENT_TIME')
  }

  onProcessingTime(timer: InternalTimer<N>): void {
    this.fire(timer, 'PROCESSING_TIME')
  }

  onProcessingTimersDue(): void {
    this.isDue = true
    this.context.wake()
  }

  /** A timer fires; its key is current. */
  protected abstract onTimer(timer: InternalTimer<N>, domain: TimeDomain): void

  protected override openParts(context: OperatorContext): KeyedStateBackend | undefined {
    const {processingTime} = context
    assert(processingTime !== undefined, 'a keyed operator is given processing time', {operator: context.operatorName})
    this.state = createKeyedState(context)
    this.timers = new HeapTimerService<N>({key: this.state, processingTime, triggerable: this})
    this.state.include([...this.timers.snapshotSources, ...this.ownSources()])
    this.restoreKeyed(context)
    return this.state
  }

  override snapshotState(request: SnapshotRequest): OperatorSnapshot {
    const {checkpointId, options} = request
    // First, since the function may bring state of keys up to date in it.
    const unkeyed = super.snapshotState(request)
    const isIncremental = options.sharedDirectory !== undefined
    const extra: KeyedExtra = {time: this.time.position(), own: this.ownExtra()}
    return {...unkeyed, keyed: this.state.takeSnapshot({checkpointId, isIncremental, extra})}
  }

  override checkpointCompleted(checkpointId: number): void {
    super.checkpointCompleted(checkpointId)
    this.state.checkpointCompleted(checkpointId)
  }

  override checkpointAborted(checkpointId: number): void {
    super.checkpointAborted(checkpointId)
    this.state.checkpointAborted(checkpointId)
  }

  /** What belongs to the keys beside state and timers; asked for once, before anything is restored. */
  protected ownSources(): readonly SnapshotSource[] {
    return []
  }

  /** Plain JSON that goes into each snapshot, and comes back through `restoreExtra`. */
  protected ownExtra(): unknown {
    return undefined
  }

  /** State, timers and event time have been restored; `extras` are those of all subtasks whose state is here. */
  protected restoreExtra(_extras: readonly unknown[]): void {}

  /** A namespace of state or timers from its fields. */
  protected restoreNamespace(fields: unknown): Namespace {
    return fields as Namespace
  }

  private restoreKeyed({restored, readStateFile}: OperatorContext): void {
    if (restored === undefined || restored.keyed.length === 0) return
    assert(readStateFile !== undefined, 'an operator with state to restore can read it')
    const extras = this.state.restore({
      handles: restored.keyed,
      readFile: readStateFile,
      restoreNamespace: (fields) => this.restoreNamespace(fields),
    }) as readonly (KeyedExtra | undefined)[]
    const known = extras.filter((extra) => extra !== undefined)
    this.time.restore(known.map(({time}) => time))
    this.timers.restored(this.time.watermarkMs)
    this.restoreExtra(known.map(({own}) => own))
  }

  override close(): void {
    super.close()
    this.state?.close()
  }

  protected override closeParts(): void {
    this.timers?.close()
  }

  protected override onWatermark(timestampMs: number): void {
    this.timers.setWatermark(timestampMs)
    this.held.push({kind: 'watermark', timestampMs})
    this.drainMore()
  }

  protected override emitControl(element: ControlElement): void {
    if (this.held.length > 0) this.held.push(element)
    else super.emitControl(element)
  }

  protected override drainMore(): boolean {
    return (this.held.length === 0 || this.tryAdvance()) && (!this.isDue || this.tryFireDue())
  }

  private tryAdvance(): boolean {
    let hasMore = true
    while (hasMore && !this.out.isBlocked) hasMore = this.timers.fireNextEventTimer()
    if (!this.flushed() || hasMore) return false
    const {held} = this
    this.held = []
    for (const element of held) super.emitControl(element)
    return true
  }

  private tryFireDue(): boolean {
    let hasMore = true
    while (hasMore && !this.out.isBlocked) hasMore = this.timers.fireNextProcessingTimer()
    this.isDue = hasMore
    return this.flushed() && !hasMore
  }

  private fire(timer: InternalTimer<N>, domain: TimeDomain): void {
    this.guarded(
      () =>
        `the ${domain === 'EVENT_TIME' ? 'event' : 'processing'}-time timer ${timer.timestampMs} of key ${previewRecord(timer.key)}`,
      () => this.onTimer(timer, domain),
    )
  }
}
