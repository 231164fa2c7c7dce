import type {program} from '../api/index.js'
import {type HarnessOptions, OperatorHarness} from './operator-harness.js'
import {operatorUnderTest} from './operator-under-test.js'

/**
 * Runs one operator, call by call: what a function, a window or an aggregate does with this record, at this watermark, at this time.
 * The operator is said as in a program; keys need no shuffle, all are here.
 *
 *   const harness = TestHarness.of((readings: DataStream<Reading>) =>
 *     readings.keyBy('sensor').window(TumblingEventTimeWindows.of('1 min')).max('value'))
 *   harness.processElement({sensor: 'a', value: 20}, 1000)
 *   harness.processWatermark(60_000)
 *   harness.extractOutputValues()
 *
 * Errors   what the operator fails with is thrown by the call in which it does.
 * Source   Flink's OneInputStreamOperatorTestHarness, for the names.
 */
export class TestHarness<IN, OUT> extends OperatorHarness<OUT> {
  /** Builds the operator and opens it. Errors: `user` FTS_TEST_ONE_OPERATOR. */
  static of<IN, OUT>(
    build: (input: program.DataStream<IN>) => program.DataStream<OUT>,
    options: HarnessOptions = {},
  ): TestHarness<IN, OUT> {
    const made = operatorUnderTest(1, ([input]) => build(input))
    return new TestHarness<IN, OUT>(made, 1, options)
  }

  /** A record, with its event time in ms since the epoch if it has one. */
  processElement(value: IN, timestampMs?: number): this {
    this.give(0, [value], timestampMs)
    return this
  }

  /** Several records of one event time, as one batch. */
  processElements(values: readonly IN[], timestampMs?: number): this {
    if (values.length > 0) this.give(0, [...values], timestampMs)
    return this
  }

  processWatermark(timestampMs: number): this {
    this.control({kind: 'watermark', timestampMs}, 0)
    return this
  }

  processStatus(status: 'active' | 'idle'): this {
    this.control({kind: 'streamStatus', status}, 0)
    return this
  }
}
