// A record of BYTES bytes for each of KEYS keys in state of a function's own: made when the key comes first, read and changed when it comes again.
// Prints how many keys have come and how often, which must be KEYS and RECORDS. Arguments: RECORDS KEYS BYTES
import type {Collector, KeyedProcessContext} from 'fts'
import {
  KeyedProcessFunction,
  type RuntimeContext,
  StreamExecutionEnvironment,
  type ValueState,
  ValueStateDescriptor,
} from 'fts'

const [records, keys, bytes] = process.argv.slice(2).map(Number)

interface Profile {
  visits: number
  text: string
}

/** 32 well mixed bits of a number. */
function mixed(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Text that does not compress well. */
function textOf(n: number): string {
  let text = ''
  for (let i = 0; text.length < bytes; i++) text += mixed(n * 4096 + i).toString(36)
  return text.slice(0, bytes)
}

class Visits extends KeyedProcessFunction<number, number, readonly [string, number]> {
  private profile!: ValueState<Profile>

  override open(context: RuntimeContext): void {
    this.profile = context.getState(new ValueStateDescriptor<Profile>('profile'))
  }

  override processElement(
    key: number,
    _context: KeyedProcessContext<number, number>,
    out: Collector<readonly [string, number]>,
  ): void {
    const profile = this.profile.value() ?? {visits: 0, text: textOf(key)}
    if (profile.text.length !== bytes) throw new Error(`key ${key} has lost its text`)
    profile.visits += 1
    this.profile.update(profile)
    if (profile.visits === 1) out.collect(['keys', 1])
    out.collect(['records', 1])
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.setRuntimeMode('BATCH')
env
  .fromSequence(0, records - 1)
  // Every key comes once first.
  .map((n) => (n < keys ? n : mixed(n) % keys))
  .keyBy((key) => key)
  .process(new Visits())
  .keyBy(([what]) => what)
  .reduce(([what, a], [, b]) => [what, a + b] as const)
  .map(([what, count]) => `${what} ${count}`)
  .print()
await env.execute('large-state')
