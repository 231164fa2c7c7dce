import {Args, Command, Flags} from '@oclif/core'
import {type CheckpointMetadata, readCheckpoint, type VertexMetadata} from '../src/checkpoint/index.js'
import {FtsError, type OperatorSubtaskState} from '../src/core/index.js'
import {formatBytes} from '../src/metrics/index.js'
import {NodeDisk} from '../src/platform/index.js'
import type {StoredEntry} from '../src/state/index.js'
import {printError} from './print-error.js'
import {stateEntryText} from './state-entry-text.js'
import {entriesOf, type StoredOperator, storedOperators} from './stored-operator.js'

/** `fts state show PATH OPERATOR`: the state of one operator, subtask by subtask. */
export default class StateShow extends Command {
  static override readonly id = 'state:show'

  static override readonly summary = 'Show what a checkpoint or savepoint holds of one operator.'

  static override readonly description =
    'Key groups, files and lists by subtask, what of a source was not handed out, and the first entries of keyed state and timers.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> ./chk-7 counter',
    '<%= config.bin %> <%= command.id %> ./chk-7 counter --entries 1000',
  ]

  static override readonly args = {
    path: Args.string({description: 'a chk-, savepoint- or job folder', required: true}),
    operator: Args.string({description: 'name or id of the operator, or a part of it', required: true}),
  }

  static override readonly flags = {
    entries: Flags.integer({
      description: 'how many entries of keyed state are shown',
      helpValue: 'N',
      default: 10,
      min: 0,
    }),
    json: Flags.boolean({description: 'print it as one line of JSON'}),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(StateShow)
      const {metadata} = await readCheckpoint(new NodeDisk(), args.path)
      const found = find(metadata, args.operator)
      const {counts, first} = contentOf(found, flags.entries)
      this.log(flags.json ? json(found, counts, first) : [text(found), ...entryLines(counts, first)].join('\n'))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'state show'})
    }
  }
}

function find(metadata: CheckpointMetadata, wanted: string): StoredOperator {
  const all = storedOperators(metadata)
  const exact = all.filter(({operator}) => operator.operatorId === wanted || operator.name === wanted)
  const near = all.filter(({operator}) => operator.operatorId.startsWith(wanted) || operator.name.includes(wanted))
  const found = exact.length > 0 ? exact : near
  if (found.length === 1) return found[0]
  const names = (found.length > 1 ? found : all).map(({operator}) => `${operator.name} (${operator.operatorId})`)
  const what = found.length === 0 ? `no operator "${wanted}"` : `several operators "${wanted}"`
  const tryThis = `Name one of them: ${names.join(', ')}.`
  throw new FtsError('user', 'FTS_NO_SUCH_OPERATOR', `the checkpoint holds ${what}`, {wanted}, {tryThis})
}

type Counts = ReadonlyMap<string, number>

/** How many entries there are of each state, and the first of all. */
function contentOf(operator: StoredOperator, entriesMax: number): {counts: Counts; first: readonly StoredEntry[]} {
  const counts = new Map<string, number>()
  const first: StoredEntry[] = []
  for (const [, entry] of entriesOf(operator)) {
    const label = entry.kind === 'timers' ? `${entry.state} timers` : `${entry.state} (${entry.kind})`
    counts.set(label, (counts.get(label) ?? 0) + 1)
    if (first.length < entriesMax) first.push(entry)
  }
  return {counts, first}
}

function entryLines(counts: Counts, first: readonly StoredEntry[]): string[] {
  const totals = [...counts].map(([label, count]) => `  ${label}: ${count} ${count === 1 ? 'entry' : 'entries'}`)
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const rest = all - first.length
  const more = rest > 0 && first.length > 0 ? [`    … and ${rest} more (--entries)`] : []
  return [...totals, ...first.map((entry) => `    ${stateEntryText(entry)}`), ...more]
}

function json({vertex, operator}: StoredOperator, counts: Counts, first: readonly StoredEntry[]): string {
  const subtasks = operator.subtasks.map((one) => shown(one))
  const entries = first.map(({value, ...entry}) => ({...entry, value: value instanceof Map ? [...value] : value}))
  return JSON.stringify(
    {...operator, subtasks, splits: vertex.splits, entryCounts: Object.fromEntries(counts), entries},
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  )
}

/** As JSON, elements of lists by their sizes. */
function shown(state: OperatorSubtaskState | undefined): unknown {
  if (state === undefined) return null
  const lists = state.lists.map(({elements, ...list}) => ({...list, elementBytes: elements.map(({length}) => length)}))
  return {...state, lists}
}

function text({vertex, operator}: StoredOperator): string {
  const head = `${operator.name} (${operator.operatorId}) × ${vertex.parallelism}, max parallelism ${vertex.maxParallelism}`
  const subtasks = operator.subtasks.flatMap((one, index) => subtaskLines(one, index, vertex))
  const isHead = vertex.operators[0] === operator
  const splits = isHead && vertex.splits !== undefined ? [`  not handed out: ${JSON.stringify(vertex.splits)}`] : []
  return [head, ...subtasks, ...splits].join('\n')
}

function subtaskLines(state: OperatorSubtaskState | undefined, index: number, vertex: VertexMetadata): string[] {
  const finished = vertex.finishedSubtasks.includes(index) ? ' (had finished)' : ''
  if (state === undefined) return [`  subtask ${index + 1}: no state${finished}`]
  const {keyed, lists} = state
  const groups =
    keyed === undefined ? [] : [`key groups ${keyed.keyGroupStart}–${keyed.keyGroupEndInclusive}, ${keyed.format}`]
  const files = (keyed?.files ?? []).map(({path, sizeBytes}) => `    ${path} (${formatBytes(sizeBytes)})`)
  const listed = lists.map(({name, distribution, elements}) => `    list ${name}: ${elements.length} × ${distribution}`)
  return [`  subtask ${index + 1}: ${groups.join('') || 'no keyed state'}${finished}`, ...files, ...listed]
}
