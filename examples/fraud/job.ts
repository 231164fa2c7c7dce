import {fileURLToPath} from 'node:url'
import {
  type Collector,
  type DataStream,
  type KeyedProcessContext,
  KeyedProcessFunction,
  ListStateDescriptor,
  MapStateDescriptor,
  type OnTimerContext,
  StreamExecutionEnvironment,
  ValueStateDescriptor,
  WatermarkStrategy,
} from 'fts'

/** A payment, or its confirmation by the owner of the account. */
export type AccountEvent = Payment | Confirmation

export interface Payment {
  readonly kind: 'payment'
  readonly account: string
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly amount: number
}

export interface Confirmation {
  readonly kind: 'confirmation'
  readonly account: string
  /** Of the payment. */
  readonly id: string
  readonly at: number
}

export interface Alert {
  readonly rule: 'velocity' | 'small then large' | 'not confirmed'
  readonly account: string
  /** The payment that made it one. */
  readonly id: string
}

const MINUTE = 60_000
/** More than so many payments within a minute. */
const PAYMENTS_PER_MINUTE = 3
/** A tiny payment to try a card, and a large one right behind it. */
const SMALL = 1
const LARGE = 500
/** A payment of so much is to be confirmed, and by then. */
const TO_CONFIRM = 1000
const CONFIRM_WITHIN = 5 * MINUTE

/** Three rules over the events of one account, in the order of their time. */
export class FraudRules extends KeyedProcessFunction<string, AccountEvent, Alert> {
  private readonly recent = new ListStateDescriptor<number>('recent payments')
  private readonly small = new ValueStateDescriptor<number>('last small payment')
  /** Deadlines by payment. */
  private readonly toConfirm = new MapStateDescriptor<string, number>('payments to confirm')

  processElement(event: AccountEvent, ctx: KeyedProcessContext<string>, out: Collector<Alert>): void {
    if (event.kind === 'confirmation') this.confirm(event)
    else this.check(event, ctx, out)
  }

  /** A deadline has passed. */
  override onTimer(atMs: number, ctx: OnTimerContext<string>, out: Collector<Alert>): void {
    const open = this.getRuntimeContext().getMapState(this.toConfirm)
    for (const [id, deadline] of [...open.entries()]) {
      if (deadline !== atMs) continue
      open.remove(id)
      out.collect({rule: 'not confirmed', account: ctx.getCurrentKey(), id})
    }
  }

  private check(payment: Payment, ctx: KeyedProcessContext<string>, out: Collector<Alert>): void {
    const {account, id} = payment
    if (this.isTooFast(payment)) out.collect({rule: 'velocity', account, id})
    if (this.isLargeAfterSmall(payment)) out.collect({rule: 'small then large', account, id})
    if (payment.amount >= TO_CONFIRM) this.askToConfirm(payment, ctx)
  }

  private isTooFast({at}: Payment): boolean {
    const state = this.getRuntimeContext().getListState(this.recent)
    const recent = [...state.get().filter((earlier) => earlier > at - MINUTE), at]
    state.update(recent)
    return recent.length > PAYMENTS_PER_MINUTE
  }

  private isLargeAfterSmall({at, amount}: Payment): boolean {
    const small = this.getRuntimeContext().getState(this.small)
    const smallAt = small.value()
    if (amount < SMALL) small.update(at)
    else small.clear()
    return amount > LARGE && smallAt !== undefined && at - smallAt <= MINUTE
  }

  private askToConfirm({id, at}: Payment, ctx: KeyedProcessContext<string>): void {
    const deadline = at + CONFIRM_WITHIN
    this.getRuntimeContext().getMapState(this.toConfirm).put(id, deadline)
    ctx.timerService().registerEventTimeTimer(deadline)
  }

  /** The timer stays: others may have the same deadline. */
  private confirm({id, at}: Confirmation): void {
    const open = this.getRuntimeContext().getMapState(this.toConfirm)
    const deadline = open.get(id)
    if (deadline !== undefined && at <= deadline) open.remove(id)
  }
}

export function findFraud(events: DataStream<AccountEvent>): DataStream<Alert> {
  return (
    events
      .assignTimestampsAndWatermarks(
        WatermarkStrategy.forMonotonousTimestamps<AccountEvent>().withTimestampAssigner(({at}) => at),
      )
      // One subtask: dealt out to several, the events of an account would come in another order.
      .setParallelism(1)
      .keyBy('account')
      .process(new FraudRules())
  )
}

/** `fts run job.ts [-- FILE …]`, files of JSON lines */
export async function main(paths: readonly string[]): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  const files = paths.length > 0 ? paths : [fileURLToPath(new URL('data/events.jsonl', import.meta.url))]
  const events = env.readJsonLines<AccountEvent>(files).setParallelism(1)
  findFraud(events)
    .map(({rule, account, id}) => `${account}: ${rule} (${id})`)
    .print()
    .setParallelism(1)
  await env.execute('fraud')
}
