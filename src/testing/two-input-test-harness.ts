import type {program} from '../api/index.js'
import {type HarnessOptions, OperatorHarness} from './operator-harness.js'
import {operatorUnderTest} from './operator-under-test.js'

/**
 * The same for an operator of two inputs: connected streams, a broadcast stream, a join.
 *
 *   const harness = TwoInputTestHarness.of((orders: DataStream<Order>, payments: DataStream<Payment>) =>
 *     orders.keyBy('id').connect(payments.keyBy('order')).process(new Match()))
 */
export class TwoInputTestHarness<IN1, IN2, OUT> extends OperatorHarness<OUT> {
  /** See TestHarness. */
  static of<IN1, IN2, OUT>(
    build: (first: program.DataStream<IN1>, second: program.DataStream<IN2>) => program.DataStream<OUT>,
    options: HarnessOptions = {},
  ): TwoInputTestHarness<IN1, IN2, OUT> {
    const made = operatorUnderTest(2, ([first, second]) => build(first, second))
    return new TwoInputTestHarness<IN1, IN2, OUT>(made, 2, options)
  }

  /** A record of the first input, with its event time in ms since the epoch if it has one. */
  processElement1(value: IN1, timestampMs?: number): this {
    this.give(0, [value], timestampMs)
    return this
  }

  processElement2(value: IN2, timestampMs?: number): this {
    this.give(1, [value], timestampMs)
    return this
  }

  processWatermark1(timestampMs: number): this {
    this.control({kind: 'watermark', timestampMs}, 0)
    return this
  }

  processWatermark2(timestampMs: number): this {
    this.control({kind: 'watermark', timestampMs}, 1)
    return this
  }

  /** The same watermark on both inputs. */
  processBothWatermarks(timestampMs: number): this {
    return this.processWatermark1(timestampMs).processWatermark2(timestampMs)
  }

  processStatus1(status: 'active' | 'idle'): this {
    this.control({kind: 'streamStatus', status}, 0)
    return this
  }

  processStatus2(status: 'active' | 'idle'): this {
    this.control({kind: 'streamStatus', status}, 1)
    return this
  }
}
