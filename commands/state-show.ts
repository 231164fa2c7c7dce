import {Args, Command, Flags} from '@oclif/core'
import {
  type CheckpointMetadata,
  type OperatorMetadata,
  readCheckpoint,
  type VertexMetadata,
} from '../src/checkpoint/index.js'
import {FtsError, type OperatorSubtaskState} from '../src/core/index.js'
import {formatBytes} from '../src/metrics/index.js'
import {NodeDisk} from '../src/platform/index.js'
import {printError} from './print-error.js'

/** `fts state show PATH OPERATOR`: the state of one operator, subtask by subtask. */
export default class StateShow extends Command {
  static override readonly id = 'state:show'

  static override readonly summary = 'Show what a checkpoint or savepoint holds of one operator.'

  static override readonly description =
    'Key groups, files and lists by subtask, and what of a source was not handed out. What is in the files is written for fts itself.'

  static override readonly examples = ['<%= config.bin %> <%= command.id %> ./chk-7 counter']

  static override readonly args = {
    path: Args.string({description: 'a chk-, savepoint- or job folder', required: true}),
    operator: Args.string({description: 'name or id of the operator, or a part of it', required: true}),
  }

  static override readonly flags = {
    json: Flags.boolean({description: 'print it as one line of JSON'}),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(StateShow)
      const {metadata} = await readCheckpoint(new NodeDisk(), args.path)
      const {vertex, operator} = find(metadata, args.operator)
      const own = {...operator, subtasks: operator.subtasks.map((one) => shown(one))}
      this.log(flags.json ? JSON.stringify({...own, splits: vertex.splits}) : text(vertex, operator))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'state show'})
    }
  }
}

function find({vertices}: CheckpointMetadata, wanted: string): {vertex: VertexMetadata; operator: OperatorMetadata} {
  const all = vertices.flatMap((vertex) => vertex.operators.map((operator) => ({vertex, operator})))
  const exact = all.filter(({operator}) => operator.operatorId === wanted || operator.name === wanted)
  const near = all.filter(({operator}) => operator.operatorId.startsWith(wanted) || operator.name.includes(wanted))
  const found = exact.length > 0 ? exact : near
  if (found.length === 1) return found[0]
  const names = (found.length > 1 ? found : all).map(({operator}) => `${operator.name} (${operator.operatorId})`)
  const what = found.length === 0 ? `no operator "${wanted}"` : `several operators "${wanted}"`
  const tryThis = `Name one of them: ${names.join(', ')}.`
  throw new FtsError('user', 'FTS_NO_SUCH_OPERATOR', `the checkpoint holds ${what}`, {wanted}, {tryThis})
}

/** As JSON, elements of lists by their sizes. */
function shown(state: OperatorSubtaskState | undefined): unknown {
  if (state === undefined) return null
  const lists = state.lists.map(({elements, ...list}) => ({...list, elementBytes: elements.map(({length}) => length)}))
  return {...state, lists}
}

function text(vertex: VertexMetadata, operator: OperatorMetadata): string {
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
