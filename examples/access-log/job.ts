import {fileURLToPath} from 'node:url'
import {
  type Collector,
  type DataStream,
  type Duration,
  ProcessWindowFunction,
  StreamExecutionEnvironment,
  type TimeWindow,
  TumblingEventTimeWindows,
  WatermarkStrategy,
  type WindowContext,
} from 'fts'

/** A line of a web server's log in the combined format. */
export interface Request {
  readonly client: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly path: string
  readonly status: number
}

export interface Alert {
  /** The beginning of the minute. */
  readonly at: string
  readonly path: string
  readonly requests: number
  readonly failed: number
}

export interface AlertRule {
  readonly window: Duration
  /** Fewer requests say nothing. */
  readonly requestsMin: number
  /** The share of answers of 500 and above from which on it is an alert, from 0 to 1. */
  readonly failedShare: number
}

const LINE = /^(\S+) \S+ \S+ \[([^\]]+)\] "\S+ (\S+)[^"]*" (\d{3}) /
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Undefined for a line that is none. */
export function parseRequest(line: string): Request | undefined {
  const [, client, time, path, status] = LINE.exec(line) ?? []
  const at = parseTime(time ?? '')
  return Number.isNaN(at) ? undefined : {client, at, path: path.split('?')[0], status: Number(status)}
}

/** `10/Oct/2026:13:55:36 +0200` as milliseconds since the epoch. */
function parseTime(text: string): number {
  const [, day, month, year, time, zone] = /^(\d+)\/(\w+)\/(\d+):(\S+) ([+-]\d{4})$/.exec(text) ?? []
  const monthNumber = String(MONTHS.indexOf(month ?? '') + 1).padStart(2, '0')
  return Date.parse(`${year}-${monthNumber}-${day}T${time}${zone?.slice(0, 3)}:${zone?.slice(3)}`)
}

/** Counts the requests of a path within a window, and those that failed, and says whether that is an alert. */
class FailedShare extends ProcessWindowFunction<Request, Alert, string, TimeWindow> {
  constructor(private readonly rule: AlertRule) {
    super()
  }

  process(path: string, ctx: WindowContext<TimeWindow>, requests: readonly Request[], out: Collector<Alert>): void {
    const failed = requests.filter(({status}) => status >= 500).length
    const {requestsMin, failedShare} = this.rule
    if (requests.length < requestsMin || failed < failedShare * requests.length) return
    out.collect({at: new Date(ctx.window().start).toISOString(), path, requests: requests.length, failed})
  }
}

/** Paths that fail too often. */
export function failingPaths(lines: DataStream<string>, rule: AlertRule): DataStream<Alert> {
  return (
    lines
      // One subtask up to the event time: dealt out to several, lines would come in another order.
      .map(parseRequest)
      .setParallelism(1)
      .filter((request): request is Request => request !== undefined)
      .setParallelism(1)
      .assignTimestampsAndWatermarks(
        WatermarkStrategy.forBoundedOutOfOrderness<Request>('5s').withTimestampAssigner(({at}) => at),
      )
      .setParallelism(1)
      .keyBy('path')
      .window(TumblingEventTimeWindows.of(rule.window))
      .process(new FailedShare(rule))
  )
}

/** `fts run job.ts [-- FILE …]`; `tail -F access.log | fts run job.ts -- -` */
export async function main(paths: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const files = paths.length > 0 ? paths : [fileURLToPath(new URL('data/access.log', import.meta.url))]
  const lines = paths[0] === '-' ? env.fromStdin() : env.readTextFile(files).setParallelism(1)
  failingPaths(lines, {window: '1 min', requestsMin: 10, failedShare: 0.1})
    .map(({at, path, requests, failed}) => `${at} ${path}: ${failed} of ${requests} requests failed`)
    .print()
    .setParallelism(1)
  await env.execute('access log')
}
