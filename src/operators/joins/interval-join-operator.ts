import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import {type InternalTimer, type MapState, MapStateDescriptor, VOID_NAMESPACE} from '../../state/index.js'
import {refuseAsync} from '../records/function-life.js'
import {toKeySelector} from '../records/to-key-selector.js'
import {badWindow} from '../windows/bad-window.js'
import {signedMs} from '../windows/durations.js'
import {LateDroppingOperator} from '../windows/late-dropping-operator.js'
import {noTimestamp} from '../windows/no-timestamp.js'
import type {IntervalJoinOptions} from './interval-join-options.js'
import {JoinEmitter} from './join-emitter.js'

/** The elements of one side of a key by their timestamp. */
type Buffer = MapState<number, readonly unknown[]>

const LEFT = 'left'
const RIGHT = 'right'

/** One input of the join. */
interface Side {
  readonly name: typeof LEFT | typeof RIGHT
  readonly selectKey: (value: unknown) => unknown
  readonly lateOutputTag: string | undefined
  /** Of the other side, relative to an element of this one. */
  readonly lowerMs: number
  readonly upperMs: number
}

/**
 * Joins two keyed streams by key and event time, see IntervalJoinOptions. Left is input 0, right input 1.
 *
 *   element ─▶ buffered by its timestamp ─▶ paired with the elements of the other side in reach
 *   watermark passes the last timestamp that could still pair with it ─▶ forgotten
 *
 * Shape    A pair is made when the later of its elements comes, and has the later of both timestamps.
 * Errors   `user` FTS_BAD_WINDOW if lowerBound > upperBound, FTS_NO_TIMESTAMP.
 * Source   Flink 2.3 IntervalJoinOperator.
 */
export class IntervalJoinOperator<L = unknown, R = unknown, K = unknown, OUT = unknown> extends LateDroppingOperator<
  typeof LEFT | typeof RIGHT
> {
  private readonly sides: readonly [left: Side, right: Side]
  private buffers!: readonly [left: Buffer, right: Buffer]
  private emitter!: JoinEmitter

  constructor(private readonly options: IntervalJoinOptions<L, R, K, OUT>) {
    super(options.process, 2)
    const {process} = options
    refuseAsync('process', typeof process === 'function' ? process : process.processElement)
    this.sides = sidesOf(options as unknown as IntervalJoinOptions)
  }

  protected override opened(): void {
    const {state, out, life} = this
    this.buffers = [
      state.getState(VOID_NAMESPACE, new MapStateDescriptor<number, readonly unknown[]>('left-buffer')),
      state.getState(VOID_NAMESPACE, new MapStateDescriptor<number, readonly unknown[]>('right-buffer')),
    ]
    this.emitter = new JoinEmitter(this.options.process as IntervalJoinOptions['process'], out, life.runtime)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {state, out} = this
    const {selectKey} = this.sides[inputIndex]
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row]
      state.setCurrentKey(selectKey(value))
      this.processElement(value, timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row], inputIndex)
      row++
    }
    return row
  }

  /** Nothing later can pair with what this timer is about. */
  protected onTimer({namespace, timestampMs}: InternalTimer<typeof LEFT | typeof RIGHT>): void {
    const index = namespace === LEFT ? 0 : 1
    const {upperMs} = this.sides[index]
    this.buffers[index].remove(upperMs <= 0 ? timestampMs : timestampMs - upperMs)
  }

  private processElement(value: unknown, timestampMs: number, inputIndex: number): void {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp('an interval join', timestampMs)
    const side = this.sides[inputIndex]
    if (timestampMs < this.timers.currentWatermark()) {
      this.late(value, timestampMs, side)
      return
    }
    this.keep(value, timestampMs, inputIndex)
    this.pair(value, timestampMs, inputIndex)
  }

  private keep(value: unknown, timestampMs: number, inputIndex: number): void {
    const buffer = this.buffers[inputIndex]
    const before = buffer.get(timestampMs)
    buffer.put(timestampMs, before === undefined ? [value] : [...before, value])
    const {name, upperMs} = this.sides[inputIndex]
    this.timers.registerEventTimeTimer(name, upperMs > 0 ? timestampMs + upperMs : timestampMs)
  }

  private pair(value: unknown, timestampMs: number, inputIndex: number): void {
    const {emitter} = this
    const {lowerMs, upperMs} = this.sides[inputIndex]
    for (const [otherMs, others] of this.buffers[1 - inputIndex].entries()) {
      if (otherMs < timestampMs + lowerMs || otherMs > timestampMs + upperMs) continue
      for (const other of others) {
        if (inputIndex === 0) emitter.emit({left: value, leftMs: timestampMs, right: other, rightMs: otherMs})
        else emitter.emit({left: other, leftMs: otherMs, right: value, rightMs: timestampMs})
      }
    }
  }

  private late(value: unknown, timestampMs: number, {lateOutputTag}: Side): void {
    if (lateOutputTag !== undefined) this.out.collectSide(lateOutputTag, value, timestampMs)
    else this.dropLate()
  }
}

function sidesOf(options: IntervalJoinOptions): readonly [Side, Side] {
  const lower = signedMs(options.lowerBound, 'the lower bound of an interval join')
  const upper = signedMs(options.upperBound, 'the upper bound of an interval join')
  if (lower > upper)
    throw badWindow(
      'an interval join',
      `the lower bound, ${lower} ms, is above the upper bound, ${upper} ms`,
      "Write between('-5s', '10s'): from 5 s before to 10 s after the left element.",
    )
  // Timestamps are whole milliseconds, so an exclusive bound is the next one.
  const lowerMs = options.lowerBoundExclusive === true ? lower + 1 : lower
  const upperMs = options.upperBoundExclusive === true ? upper - 1 : upper
  const left = {
    name: LEFT,
    selectKey: toKeySelector(options.leftKeySelector),
    lateOutputTag: options.leftLateOutputTag?.id,
    lowerMs,
    upperMs,
  } as const
  const right = {
    name: RIGHT,
    selectKey: toKeySelector(options.rightKeySelector),
    lateOutputTag: options.rightLateOutputTag?.id,
    lowerMs: -upperMs,
    upperMs: -lowerMs,
  } as const
  return [left, right]
}
