import {fileURLToPath} from 'node:url'
import {
  type Collector,
  type DataStream,
  ListStateDescriptor,
  MapStateDescriptor,
  ProcessWindowFunction,
  RichFlatMapFunction,
  StreamExecutionEnvironment,
  type TimeWindow,
  TumblingEventTimeWindows,
  WatermarkStrategy,
  type WindowContext,
} from 'fts'

export interface Purchase {
  readonly user: string
  readonly item: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Somebody who bought the one bought the other. */
interface Pair {
  readonly item: string
  readonly other: string
}

export interface Recommendation {
  /** The end of the day, in ms since the epoch. */
  readonly at: number
  readonly item: string
  /** What those who bought the item bought most often besides, most often first. */
  readonly others: readonly string[]
}

/** So many of a user's last items are remembered. */
const HISTORY_ITEMS_MAX = 20
const OTHERS_MAX = 3

/** Pairs an item with what its buyer bought before, both ways. */
class PairWithHistory extends RichFlatMapFunction<Purchase, Pair> {
  private readonly history = new ListStateDescriptor<string>('items of the user', {ttl: '30 d'})

  flatMap({item}: Purchase): Pair[] {
    const state = this.getRuntimeContext().getListState(this.history)
    const history = [...state.get()]
    if (history.includes(item)) return []
    state.update([...history, item].slice(-HISTORY_ITEMS_MAX))
    return history.flatMap((other) => [
      {item, other},
      {item: other, other: item},
    ])
  }
}

/** Adds a day's pairs to the counts of the item, and gives the most frequent ones of all days. */
class MostFrequent extends ProcessWindowFunction<Pair, Recommendation, string, TimeWindow> {
  private readonly counts = new MapStateDescriptor<string, number>('buyers of both')

  process(item: string, ctx: WindowContext<TimeWindow>, pairs: readonly Pair[], out: Collector<Recommendation>): void {
    const counts = ctx.globalState().getMapState(this.counts)
    for (const {other} of pairs) counts.put(other, (counts.get(other) ?? 0) + 1)
    const ranked = [...counts.entries()].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    out.collect({at: ctx.window().end, item, others: ranked.slice(0, OTHERS_MAX).map(([other]) => other)})
  }
}

/** At the end of each day, for each item that was bought together with others on that day, what to recommend with it. */
export function recommend(purchases: DataStream<Purchase>): DataStream<Recommendation> {
  return (
    purchases
      .assignTimestampsAndWatermarks(
        WatermarkStrategy.forBoundedOutOfOrderness<Purchase>('1 min').withTimestampAssigner(({at}) => at),
      )
      // One subtask: dealt out to several, purchases would come in another order.
      .setParallelism(1)
      .keyBy('user')
      .flatMap(new PairWithHistory())
      .keyBy('item')
      .window(TumblingEventTimeWindows.of('1 d'))
      .process(new MostFrequent())
  )
}

/** `user,item,time` */
function parsePurchase(line: string): Purchase {
  const [user, item, time] = line.split(',')
  return {user, item, at: Date.parse(time)}
}

/** `fts run job.ts [-- FILE …]` */
export async function main(paths: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const files = paths.length > 0 ? paths : [fileURLToPath(new URL('data/purchases.csv', import.meta.url))]
  const purchases = env.readTextFile(files).setParallelism(1).map(parsePurchase).setParallelism(1)
  recommend(purchases)
    .map(({at, item, others}) => `${new Date(at).toISOString().slice(0, 10)} ${item}: ${others.join(', ')}`)
    .print()
    .setParallelism(1)
  await env.execute('recommendations')
}
