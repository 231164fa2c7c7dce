// A running count of KEYS keys that never ends. Every 20 ms each subtask adds a line to LOG: process, subtask, time, records since it began, CPU time
// of the process in milliseconds. Where there is a file LOG.throw, subtask 0 removes it, adds a line with 0 records and throws.
// Arguments: KEYS LOG
import {appendFileSync, existsSync, rmSync} from 'node:fs'
import type {Collector, KeyedProcessContext} from 'fts'
import {
  KeyedProcessFunction,
  type RuntimeContext,
  StreamExecutionEnvironment,
  type ValueState,
  ValueStateDescriptor,
} from 'fts'

const [keys, log] = process.argv.slice(2)
const keyCount = Number(keys)
const LINE_EVERY_MS = 20

class RunningCount extends KeyedProcessFunction<string, string, number> {
  private count!: ValueState<number>
  private index = 0
  private records = 0
  private lineAtMs = 0

  override open(context: RuntimeContext): void {
    // A restart in the same slot opens this very object again.
    this.records = 0
    this.lineAtMs = 0
    this.index = context.taskInfo.index
    this.count = context.getState(new ValueStateDescriptor<number>('count', {defaultValue: 0}))
  }

  override processElement(_key: string, _context: KeyedProcessContext<string, number>, out: Collector<number>): void {
    const count = (this.count.value() ?? 0) + 1
    this.count.update(count)
    if (count < 0) out.collect(count)
    this.records += 1
    // Looking at the time costs something; the first record after a restart is told at once.
    if (this.records % 64 === 1) this.look(Date.now())
  }

  private look(nowMs: number): void {
    if (nowMs - this.lineAtMs < LINE_EVERY_MS) return
    this.lineAtMs = nowMs
    this.tell(nowMs, this.records)
    if (this.index === 0 && existsSync(`${log}.throw`)) this.fail(nowMs)
  }

  private fail(nowMs: number): never {
    rmSync(`${log}.throw`)
    this.tell(nowMs, 0)
    throw new Error('as it was told to')
  }

  private tell(nowMs: number, records: number): void {
    const {user, system} = process.cpuUsage()
    appendFileSync(log, `${process.pid} ${this.index} ${nowMs} ${records} ${Math.round((user + system) / 1000)}\n`)
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('STREAMING')
env
  .fromSequence(1, 1e12)
  .map((n) => `key-${n % keyCount}`)
  .keyBy((key) => key)
  .process(new RunningCount())
  .print()
await env.execute('recovery')
