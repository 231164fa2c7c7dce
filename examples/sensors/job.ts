import {fileURLToPath} from 'node:url'
import {
  type AggregateFunction,
  type Collector,
  type DataStream,
  OutputTag,
  ProcessWindowFunction,
  StreamExecutionEnvironment,
  type TimeWindow,
  TumblingEventTimeWindows,
  WatermarkStrategy,
  type WindowContext,
} from 'fts'

export interface Reading {
  readonly sensor: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly celsius: number
}

interface Measured {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

export interface Minute {
  readonly sensor: string
  /** The beginning of the minute, in ms since the epoch. */
  readonly start: number
  readonly count: number
  readonly average: number
  readonly min: number
  readonly max: number
}

/** Readings that came after their minute was over and the time it is kept. */
export const TOO_LATE = new OutputTag<Reading>('too late')

/** `sensor,time,celsius`; undefined for the heading and for what is no reading. */
export function parseReading(line: string): Reading | undefined {
  const [sensor, time, celsius] = line.split(',')
  const at = Date.parse(time ?? '')
  return Number.isNaN(at) || celsius === undefined ? undefined : {sensor, at, celsius: Number(celsius)}
}

class Measure implements AggregateFunction<Reading, Measured, Measured> {
  createAccumulator(): Measured {
    return {count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY}
  }

  add({celsius}: Reading, {count, sum, min, max}: Measured): Measured {
    return {count: count + 1, sum: sum + celsius, min: Math.min(min, celsius), max: Math.max(max, celsius)}
  }

  getResult(measured: Measured): Measured {
    return measured
  }
}

class NameMinute extends ProcessWindowFunction<Measured, Minute, string, TimeWindow> {
  process(
    sensor: string,
    ctx: WindowContext<TimeWindow>,
    [measured]: readonly Measured[],
    out: Collector<Minute>,
  ): void {
    const {count, sum, min, max} = measured
    out.collect({sensor, start: ctx.window().start, count, average: Math.round((sum / count) * 100) / 100, min, max})
  }
}

/**
 * A watermark behind each reading: 5 seconds may be between two readings that come in the wrong order. (Strategies that ask from time to time
 * would be cheaper; on a file the answer would then depend on how quickly it is read.)
 */
function fiveSecondsBehind(): WatermarkStrategy<Reading> {
  return WatermarkStrategy.forGenerator<Reading>(() => {
    let latest = Number.NEGATIVE_INFINITY
    return {
      onEvent(_reading, timestampMs, output) {
        latest = Math.max(latest, timestampMs)
        output.emitWatermark(latest - 5000 - 1)
      },
      onPeriodicEmit() {},
    }
  }).withTimestampAssigner((reading: Reading) => reading.at)
}

/**
 * Readings by sensor and minute. A minute is given when it is over, and again with each reading that comes within 30 seconds behind that; what
 * comes later is in the side output TOO_LATE.
 */
export function byMinute(readings: DataStream<Reading>) {
  return (
    readings
      .assignTimestampsAndWatermarks(fiveSecondsBehind())
      // One subtask: dealt out to several, readings would come in another order.
      .setParallelism(1)
      .keyBy('sensor')
      .window(TumblingEventTimeWindows.of('1 min'))
      .allowedLateness('30s')
      .sideOutputLateData(TOO_LATE)
      .aggregate(new Measure(), new NameMinute())
  )
}

/** `fts run job.ts [-- FILE …]` */
export async function main(paths: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const files = paths.length > 0 ? paths : [fileURLToPath(new URL('data/readings.csv', import.meta.url))]
  const readings = env
    .readTextFile(files)
    .setParallelism(1)
    .map(parseReading)
    .setParallelism(1)
    .filter((reading): reading is Reading => reading !== undefined)
    .setParallelism(1)
  const minutes = byMinute(readings)
  minutes
    .map(({sensor, start, count, average, min, max}) => {
      const minute = new Date(start).toISOString().slice(11, 16)
      return `${minute} ${sensor}: ${count} readings, average ${average}, ${min} to ${max}`
    })
    .print()
    .setParallelism(1)
  minutes
    .getSideOutput(TOO_LATE)
    .map(({sensor, at}) => `too late: ${sensor} of ${new Date(at).toISOString().slice(11, 19)}`)
    .printToErr()
    .setParallelism(1)
  await env.execute('sensors')
}
