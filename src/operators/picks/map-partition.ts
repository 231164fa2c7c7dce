import type {MapPartitionFunction, MapPartitionResult} from '../functions/index.js'
import {refuseAsync} from '../records/function-life.js'
import {userFunctionError} from '../records/user-function-error.js'
import type {StateGrowth} from '../state-growth.js'
import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'

/** A function over all records of a subtask, when its input has ended. They are kept in memory until then. */
export class MapPartitionOperator<IN = unknown, OUT = unknown> extends HeldRecordsOperator<unknown> {
  private records: HeldRecord<IN>[] = []
  private readonly map: (values: Iterable<IN>, out: {collect(value: OUT): void}) => MapPartitionResult<OUT>

  constructor(mapPartition: MapPartitionFunction<IN, OUT>) {
    super(mapPartition)
    this.map =
      typeof mapPartition === 'function' ? mapPartition : (values, out) => mapPartition.mapPartition(values, out)
    refuseAsync('mapPartition', typeof mapPartition === 'function' ? mapPartition : mapPartition.mapPartition)
  }

  override stateGrowth(): readonly StateGrowth[] {
    return [{what: 'all records, which are given to mapPartition when the input ends', growsWith: 'records'}]
  }

  protected keep(record: HeldRecord<unknown>): void {
    this.records.push(record as HeldRecord<IN>)
  }

  protected stored(): Iterable<unknown> {
    return this.records
  }

  protected *release(isEnd: boolean): Iterable<HeldRecord<unknown>> {
    if (!isEnd || this.records.length === 0) return
    const {records} = this
    this.records = []
    const timestampMs = records[records.length - 1].timestampMs
    for (const value of this.results(records)) yield {value, timestampMs}
  }

  /** What was collected comes before what is answered. */
  private *results(records: readonly HeldRecord<IN>[]): Iterable<OUT> {
    const collected: OUT[] = []
    try {
      const values = records.map(({value}) => value)
      const answered = this.map(values, {collect: (value) => collected.push(value)})
      yield* collected
      if (typeof answered === 'object') yield* answered
    } catch (error) {
      throw userFunctionError(this.context, 'the partition', error)
    }
  }
}
