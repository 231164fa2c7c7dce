// A running count for each of a million keys in state of a function's own. Arguments: RECORDS KEYS uniform|zipf

import type {Collector, KeyedProcessContext} from 'fts'
import {
  KeyedProcessFunction,
  type RuntimeContext,
  StreamExecutionEnvironment,
  type ValueState,
  ValueStateDescriptor,
} from 'fts'

const [records, keys, kind] = process.argv.slice(2)
const keyCount = Number(keys)

/** 32 well mixed bits of a number. */
function mixed(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Uniform: each key as often as any other. Zipf: the one of rank r as often as 1/r. */
const keyOf =
  kind === 'uniform'
    ? (n: number) => mixed(n) % keyCount
    : (n: number) => Math.floor(keyCount ** (mixed(n) / 2 ** 32)) - 1

class RunningCount extends KeyedProcessFunction<string, string, number> {
  private count!: ValueState<number>

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor<number>('count', {defaultValue: 0}))
  }

  override processElement(_key: string, _context: KeyedProcessContext<string, number>, out: Collector<number>): void {
    const count = (this.count.value() ?? 0) + 1
    this.count.update(count)
    if (count % 1_000_000 === 0) out.collect(count)
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('STREAMING')
env
  .fromSequence(1, Number(records) + keyCount)
  // Every key comes once first.
  .map((n) => `key-${n <= keyCount ? n - 1 : keyOf(n)}`)
  .keyBy((key) => key)
  .process(new RunningCount())
  .print()
await env.execute('keyed-state')
