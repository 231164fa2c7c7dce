import {Args, Command} from '@oclif/core'
import {readCheckpoint, stateFilesOf} from '../src/checkpoint/index.js'
import {formatBytes} from '../src/metrics/index.js'
import {NodeDisk} from '../src/platform/index.js'
import {printError} from './print-error.js'
import {type OperatorSize, operatorSizes} from './state-sizes.js'

/** `fts state diff A B`: what is different between two checkpoints. */
export default class StateDiff extends Command {
  static override readonly id = 'state:diff'

  static override readonly summary = 'Compare two checkpoints or savepoints: operators, sizes and files.'

  static override readonly examples = ['<%= config.bin %> <%= command.id %> ./chk-7 ./chk-8']

  static override readonly args = {
    before: Args.string({description: 'a chk-, savepoint- or job folder', required: true}),
    after: Args.string({description: 'another one', required: true}),
  }

  override async run(): Promise<void> {
    try {
      const {args} = await this.parse(StateDiff)
      const disk = new NodeDisk()
      const [before, after] = [await readCheckpoint(disk, args.before), await readCheckpoint(disk, args.after)]
      const operators = differences(operatorSizes(before.metadata), operatorSizes(after.metadata))
      const [old, now] = [before, after].map(
        ({metadata}) => new Map(stateFilesOf(metadata).map((file) => [file.path, file])),
      )
      const added = [...now.values()].filter(({path}) => !old.has(path))
      const gone = [...old.values()].filter(({path}) => !now.has(path))
      const sum = (files: readonly {readonly sizeBytes: number}[]) =>
        formatBytes(files.reduce((bytes, {sizeBytes}) => bytes + sizeBytes, 0))
      this.log(operators.length === 0 ? 'The same operators, with state of the same size.' : operators.join('\n'))
      const both = now.size - added.length
      this.log(`files: ${both} in both, ${added.length} new (${sum(added)}), ${gone.length} gone (${sum(gone)})`)
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'state diff'})
    }
  }
}

function differences(before: readonly OperatorSize[], after: readonly OperatorSize[]): string[] {
  const ids = new Set([...before, ...after].map(({operatorId}) => operatorId))
  return [...ids].flatMap((id) => {
    const [old, now] = [before, after].map((all) => all.find(({operatorId}) => operatorId === id))
    if (old === undefined) return [`+ ${sizes(now!)}`]
    if (now === undefined) return [`- ${sizes(old)}`]
    return sizes(old) === sizes(now) ? [] : [`  ${sizes(old)}`, `→ ${sizes(now)}`]
  })
}

function sizes({operatorId, name, parallelism, keyedBytes, elements}: OperatorSize): string {
  return `${operatorId}  ${name} × ${parallelism}: ${formatBytes(keyedBytes)} keyed, ${elements} list elements`
}
