import {Args, Command, Flags} from '@oclif/core'
import {readCheckpoint, stateFilesOf} from '../src/checkpoint/index.js'
import {formatBytes} from '../src/metrics/index.js'
import {NodeDisk} from '../src/platform/index.js'
import {printError} from './print-error.js'
import {stateChanges} from './state-changes.js'
import {type OperatorSize, operatorSizes} from './state-sizes.js'
import {type StoredOperator, storedOperators} from './stored-operator.js'

/** `fts state diff A B`: what is different between two checkpoints. */
export default class StateDiff extends Command {
  static override readonly id = 'state:diff'

  static override readonly summary = 'Compare two checkpoints or savepoints: operators, entries of keyed state, files.'

  static override readonly description =
    'Entries are found again by operator, state, key and window, whatever the parallelism. The state of one operator is in memory at a time.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> ./chk-7 ./chk-8',
    '<%= config.bin %> <%= command.id %> ./chk-7 ./chk-8 --entries 100',
  ]

  static override readonly args = {
    before: Args.string({description: 'a chk-, savepoint- or job folder', required: true}),
    after: Args.string({description: 'another one', required: true}),
  }

  static override readonly flags = {
    entries: Flags.integer({
      description: 'how many entries of each state are shown that differ',
      helpValue: 'N',
      default: 5,
      min: 0,
    }),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(StateDiff)
      const disk = new NodeDisk()
      const [before, after] = [await readCheckpoint(disk, args.before), await readCheckpoint(disk, args.after)]
      const pairs = pairsOf(storedOperators(before.metadata), storedOperators(after.metadata))
      const sizes = [before, after].map(
        ({metadata}) => new Map(operatorSizes(metadata).map((size) => [size.operatorId, size])),
      )
      const operators = pairs.flatMap(([old, now]) => {
        const id = (now ?? old)!.operator.operatorId
        return operatorChanges(sizes[0].get(id), sizes[1].get(id), old, now, flags.entries)
      })
      this.log(operators.length === 0 ? 'The same operators, with the same state.' : operators.join('\n'))
      const [old, now] = [before, after].map(
        ({metadata}) => new Map(stateFilesOf(metadata).map((file) => [file.path, file])),
      )
      this.log(fileChanges(old, now))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'state diff'})
    }
  }
}

type Pair = readonly [old: StoredOperator | undefined, now: StoredOperator | undefined]

function pairsOf(before: readonly StoredOperator[], after: readonly StoredOperator[]): Pair[] {
  const ids = new Set([...before, ...after].map(({operator}) => operator.operatorId))
  const find = (all: readonly StoredOperator[], id: string) => all.find(({operator}) => operator.operatorId === id)
  return [...ids].map((id) => [find(before, id), find(after, id)])
}

function operatorChanges(
  oldSize: OperatorSize | undefined,
  newSize: OperatorSize | undefined,
  ...[old, now, entries]: [...Pair, number]
): string[] {
  if (oldSize === undefined) return newSize === undefined ? [] : [`+ ${sizes(newSize)}`]
  if (newSize === undefined) return [`- ${sizes(oldSize)}`]
  const heads = sizes(oldSize) === sizes(newSize) ? [] : [`  ${sizes(oldSize)}`, `→ ${sizes(newSize)}`]
  const changes = stateChanges(old!, now!, entries)
  return changes.length > 0 && heads.length === 0 ? [`  ${sizes(newSize)}`, ...changes] : [...heads, ...changes]
}

function sizes({operatorId, name, parallelism, keyedBytes, elements}: OperatorSize): string {
  return `${operatorId}  ${name} × ${parallelism}: ${formatBytes(keyedBytes)} keyed, ${elements} list elements`
}

type Files = ReadonlyMap<string, {readonly path: string; readonly sizeBytes: number}>

function fileChanges(old: Files, now: Files): string {
  const added = [...now.values()].filter(({path}) => !old.has(path))
  const gone = [...old.values()].filter(({path}) => !now.has(path))
  const sum = (files: readonly {readonly sizeBytes: number}[]) =>
    formatBytes(files.reduce((bytes, {sizeBytes}) => bytes + sizeBytes, 0))
  const both = now.size - added.length
  return `files: ${both} in both, ${added.length} new (${sum(added)}), ${gone.length} gone (${sum(gone)})`
}
