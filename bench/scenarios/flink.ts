import type {Flink} from '../flink.js'
import {flinkContender} from '../flink-contender.js'
import type {Contender, Measured} from '../rounds.js'
import {
  type Finding,
  held,
  jobSecondsOf,
  type Outcome,
  type Scenario,
  type ScenarioContext,
  wallOf,
} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

const ROUNDS = {rounds: 3, warmUps: 0, memory: 'within'} as const

/** Batch word count beside Flink: its DataStream job, and the best it can do (SQL with local aggregation). */
export function flinkScenario(megabytes: number, bars?: {readonly dataStream: number; readonly sql: number}): Scenario {
  return {
    name: megabytes >= 1000 ? `flink-${megabytes / 1000}gb` : `flink-${megabytes}mb`,
    isLong: megabytes >= 1000,
    async run(context) {
      const size = context.isQuick ? megabytes / 10 : megabytes
      const input = await context.inputs.zipf(size)
      const title = `Word count of ${size} MB beside Flink, parallelism 2`
      const {flink} = context.peers
      if (flink === undefined) return without(title)
      const measured = await context.compare(contendersOf(context, flink, input.path), ROUNDS)
      const [ours, dataStream, sql] = measured
      return {
        title,
        measured,
        findings: [...against(context, ours, dataStream, bars?.dataStream), ...against(context, ours, sql, bars?.sql)],
        notes: [
          `Flink ${flink.version}, -t local: 2 slots, 4 GB heap, object reuse, no checkpoints, parallelism 2.`,
          "The bar is held against Flink's own job time, without the start of its JVM and cluster, and the whole fts command.",
        ],
      }
    },
  }
}

/** 10 MB from nothing to the result: `flink run -t local` beside `fts wordcount`. */
export const coldStart: Scenario = {
  name: 'cold-10mb',
  async run(context) {
    const input = await context.inputs.zipf(context.isQuick ? 1 : 10)
    const title = `${context.isQuick ? 1 : 10} MB, from nothing to the result`
    const {flink} = context.peers
    const command = context.wordcount(input.path, '-o', context.output('fts-cold'))
    const contenders: Contender[] = [{name: 'fts', command}]
    if (flink !== undefined) contenders.push(dataStreamOf(context, flink, input.path))
    const measured = await context.compare(contenders)
    const [ours, theirs] = measured
    if (theirs === undefined) return {...without(title), measured}
    const what = 'flink run -t local ÷ fts'
    const finding = held({what, value: ratiosOf(wallOf(theirs), wallOf(ours)), unit: '×'}, {min: 20}, context)
    return {title, measured, findings: [finding], notes: []}
  },
}

function contendersOf(context: ScenarioContext, flink: Flink, input: string): Contender[] {
  const sqlOutput = context.output('flink-sql')
  const stdout = context.output('flink-sql-says')
  return [
    {name: 'fts -p 2', command: context.wordcount(input, '-o', context.output('fts'), '-p', '2')},
    dataStreamOf(context, flink, input),
    flinkContender('Flink SQL, batch', flink.sqlBatch(input, sqlOutput), {stdout, output: sqlOutput}),
  ]
}

function dataStreamOf(context: ScenarioContext, flink: Flink, input: string): Contender {
  const output = context.output('flink-datastream')
  const stdout = context.output('flink-datastream-says')
  return flinkContender('Flink DataStream, batch', flink.dataStreamBatch(input, output), {stdout, output})
}

function against(context: ScenarioContext, ours: Measured, theirs: Measured, min?: number): Finding[] {
  const job = {
    what: `${theirs.name}: job alone ÷ fts, whole command`,
    value: ratiosOf(jobSecondsOf(theirs), wallOf(ours)),
    unit: '×',
  } as const
  const whole = {
    what: `${theirs.name}: whole command ÷ fts`,
    value: ratiosOf(wallOf(theirs), wallOf(ours)),
    unit: '×',
  } as const
  return [min === undefined ? job : held(job, {min}, context), whole]
}

function without(title: string): Outcome {
  return {title, measured: [], findings: [], notes: ['Not run: there is no Flink here (see --with-peers).']}
}
