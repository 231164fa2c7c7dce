import {fileURLToPath} from 'node:url'
import {
  BAD_RECORDS,
  type BadRecord,
  type Collector,
  type DataStream,
  OutputTag,
  type ProcessContext,
  StreamExecutionEnvironment,
} from 'fts'

/** A row as it is read: what is empty or missing is null. */
export interface OrderRow {
  readonly order: string | null
  readonly customer: string | null
  readonly placed: Date | null
  readonly item: string | null
  readonly quantity: number | null
  readonly price: number | null
}

/** An order as others want it. */
export interface Order {
  readonly order: string
  readonly customer: string
  readonly placed: string
  readonly item: string
  readonly quantity: number
  readonly total: number
}

/** Something that is no order, and why: kept, so that it can be mended and read again. */
export interface DeadLetter {
  readonly reason: string
  readonly row: string
}

export const INCOMPLETE = new OutputTag<DeadLetter>('incomplete')

/** Rows that say all they must become orders; the others go to the side output INCOMPLETE. */
export function toOrders(rows: DataStream<OrderRow>) {
  return rows.process((row: OrderRow, ctx: ProcessContext, out: Collector<Order>) => {
    const {order, customer, placed, item, quantity, price} = row
    if (
      order === null ||
      customer === null ||
      placed === null ||
      item === null ||
      quantity === null ||
      price === null
    ) {
      const missing = Object.entries(row).flatMap(([name, value]) => (value === null ? [name] : []))
      ctx.output(INCOMPLETE, {reason: `${missing.join(', ')} missing`, row: JSON.stringify(row)})
    } else {
      const total = Math.round(quantity * price * 100) / 100
      out.collect({order, customer, placed: placed.toISOString(), item, quantity, total})
    }
  })
}

/** A record that is no CSV, or has a field of another type. */
function unreadable({input, line, reason, text}: BadRecord): DeadLetter {
  return {reason: `line ${line} of ${input.split('/').at(-1)}: ${reason}`, row: text}
}

/** `fts run job.ts [-- INPUT ORDERS DEAD_LETTERS]`: files; without names orders are printed, dead letters on stderr. */
export async function main([input, ordersFile, deadLettersFile]: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const rows = env.readCsv(input ?? fileURLToPath(new URL('data/orders.csv', import.meta.url)), {
    schema: {
      order: 'string',
      customer: 'string',
      placed: 'timestamp',
      item: 'string',
      quantity: 'integer',
      price: 'number',
    },
    onError: 'sideOutput',
  })
  const orders = toOrders(rows as DataStream<OrderRow>)
  const deadLetters = rows.getSideOutput(BAD_RECORDS).map(unreadable).union(orders.getSideOutput(INCOMPLETE))
  const orderLines = orders.map((order) => JSON.stringify(order))
  const deadLines = deadLetters.map((letter) => JSON.stringify(letter))
  if (ordersFile === undefined) orderLines.print().setParallelism(1)
  else orderLines.writeAsText(ordersFile)
  if (deadLettersFile === undefined) deadLines.printToErr().setParallelism(1)
  else deadLines.writeAsText(deadLettersFile)
  await env.execute('etl')
}
