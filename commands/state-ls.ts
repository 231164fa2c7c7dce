import {Args, Command} from '@oclif/core'
import {type CheckpointMetadata, readCheckpoint} from '../src/checkpoint/index.js'
import {formatBytes} from '../src/metrics/index.js'
import {NodeDisk} from '../src/platform/index.js'
import {printError} from './print-error.js'
import {operatorSizes} from './state-sizes.js'

/** `fts state ls PATH`: what a checkpoint holds. */
export default class StateLs extends Command {
  static override readonly id = 'state:ls'

  static override readonly summary = 'List the operators whose state a checkpoint or savepoint holds.'

  static override readonly examples = ['<%= config.bin %> <%= command.id %> /var/checkpoints/3f2a…/chk-7']

  static override readonly args = {
    path: Args.string({description: 'a chk-, savepoint- or job folder', required: true}),
  }

  override async run(): Promise<void> {
    try {
      const {args} = await this.parse(StateLs)
      const {metadata, folder, damaged} = await readCheckpoint(new NodeDisk(), args.path)
      for (const error of damaged) this.logToStderr(`passed over: ${error.message}`)
      this.log(listing(folder, metadata))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'state ls'})
    }
  }
}

function listing(folder: string, metadata: CheckpointMetadata): string {
  const {type, checkpointId, jobName, jobId, timestampMs} = metadata
  const rows = operatorSizes(metadata).map(({name, operatorId, parallelism, keyedBytes, files, elements}) => {
    const keyed =
      files === 0 ? 'no keyed state' : `${formatBytes(keyedBytes)} keyed in ${files} file${files === 1 ? '' : 's'}`
    return `  ${operatorId}  ${name} × ${parallelism}: ${keyed}, ${elements} list element${elements === 1 ? '' : 's'}`
  })
  const head = `${type} ${checkpointId} of "${jobName}" (${jobId}), ${new Date(timestampMs).toISOString()}`
  return [head, folder, ...rows, ...inFlightRows(metadata)].join('\n')
}

/** Of an unaligned checkpoint: what was under way, by the vertex that took it down. */
function inFlightRows({vertices}: CheckpointMetadata): string[] {
  return vertices.flatMap(({name, inFlight}) => {
    const channels = (inFlight?.subtasks ?? []).flatMap((one) => one?.channels ?? [])
    const bytes = channels.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0)
    return channels.length === 0
      ? []
      : [
          `  under way at "${name}": ${formatBytes(bytes)} in ${channels.length} channel${channels.length === 1 ? '' : 's'}`,
        ]
  })
}
