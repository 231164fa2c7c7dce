import {allocatedBytes} from '../allocations.js'
import type {Input} from '../inputs.js'
import type {RecordsPeerName, RecordsTask} from '../records-peers.js'
import type {Contender, Measured} from '../rounds.js'
import {
  againstPeer,
  type Finding,
  type Outcome,
  type PeerBar,
  type Scenario,
  type ScenarioContext,
  wallOf,
} from '../scenario.js'
import {spreadOf} from '../statistics.js'
import {isSameTable, readTable} from '../table-answer.js'

interface RecordsQuestion {
  readonly title: string
  readonly task: RecordsTask
  readonly records: number
  input(context: ScenarioContext, records: number): Promise<Input>
  readonly bars: readonly PeerBar<RecordsPeerName>[]
  /** Columns of the table that comes out; absent: its records are not compared, only counted. */
  readonly columns?: number
}

interface Entry {
  readonly contender: Contender
  readonly output: string
  readonly peer?: RecordsPeerName
}

/** Something done with records of a file, beside the tools that people use for it. */
export function recordsScenario(question: RecordsQuestion): Scenario {
  const {task, title} = question
  return {
    name: task,
    async run(context) {
      const records = context.isQuick ? question.records / 10 : question.records
      const input = await question.input(context, records)
      const entries = await entriesOf(context, question, input.path)
      const measured = await context.compare(entries.map(({contender}) => contender))
      return {
        title: `${title}, ${records / 1e6} M records, ${Math.round(input.sizeBytes / 1e6)} MB`,
        measured,
        findings: [
          ...question.bars.flatMap((bar) => againstPeer(context, bar, measured, entries)),
          perSecond(measured[0], records),
          await allocation(context, entries[0], records),
        ],
        notes: question.columns === undefined ? [] : compareTables(entries, question.columns),
      } satisfies Outcome
    },
  }
}

async function entriesOf(context: ScenarioContext, {task, bars}: RecordsQuestion, input: string): Promise<Entry[]> {
  const peers = await context.peers.records()
  const ours = [2, 1].map((parallelism): Entry => {
    const output = context.output(`${task}-fts-p${parallelism}`)
    const command = context.program(task, parallelism, input, output)
    return {contender: {name: `fts -p ${parallelism}`, command}, output}
  })
  const theirs = bars.flatMap(({peer: name}): Entry[] => {
    const peer = peers.get(name)
    const output = context.output(`${task}-${name}`)
    const command = peer?.command(task, input, output)
    return peer === undefined || command === undefined
      ? []
      : [{contender: {name: peer.name, command}, output, peer: name}]
  })
  return [...ours, ...theirs]
}

/** In a run of its own. */
async function allocation(context: ScenarioContext, {contender}: Entry, records: number): Promise<Finding> {
  const bytes = await allocatedBytes(contender.command, (command) =>
    context.compare([{name: `${contender.name}, allocations`, command}], {rounds: 1, warmUps: 0, memory: 'within'}),
  )
  return {
    what: `bytes allocated a record in slots' heaps, ${contender.name}`,
    value: spreadOf([bytes / records]),
    unit: '',
  }
}

function perSecond(measured: Measured, records: number): Finding {
  const value = spreadOf(wallOf(measured).map((seconds) => records / seconds / 1e6))
  return {what: `M records a second, ${measured.name}`, value, unit: ''}
}

function compareTables(entries: readonly Entry[], columns: number): string[] {
  const [ours, ...others] = entries.map(({contender, output}) => ({
    name: contender.name,
    table: readTable(output, columns),
  }))
  return [
    `${ours.table.length} rows.`,
    ...others.map(
      ({name, table}) => `${name}: ${isSameTable(table, ours.table) ? 'the same answer' : 'another answer'}.`,
    ),
  ]
}
