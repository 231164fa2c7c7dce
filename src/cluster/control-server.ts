import {FtsError} from '../core/index.js'
import type {JobHandle} from '../jobmanager/index.js'
import type {Connection, Listener, Log, Net} from '../platform/index.js'
import {
  CONTROL_SOCKET,
  type ControlAnswers,
  type ControlRequest,
  type ControlResponse,
  type ListedJob,
} from './control-request.js'
import {lineOf} from './line-of.js'

export interface ControlServerOptions {
  readonly runDirectory: string
  readonly net: Net
  readonly log: Log
  jobs(): readonly JobHandle[]
}

/**
 * Answers `fts list`, `fts savepoint` and the like about the jobs of this process: on a connection comes one line of JSON, and one
 * goes back. Only the owner of the run directory can connect.
 */
export class ControlServer {
  private listener: Listener | undefined

  constructor(private readonly options: ControlServerOptions) {}

  /** Without it jobs run all the same. */
  async listen(): Promise<void> {
    const {runDirectory, net, log} = this.options
    try {
      this.listener = await net.listen(`${runDirectory}/${CONTROL_SOCKET}`, (connection) => void this.serve(connection))
    } catch (error) {
      log.write('warn', `other commands cannot reach this one: ${(error as Error).message}`)
    }
  }

  async close(): Promise<void> {
    await this.listener?.close()
  }

  private async serve(connection: Connection): Promise<void> {
    const response = await this.respond(connection).catch(
      (error): ControlResponse => ({error: FtsError.from(error).toData()}),
    )
    connection.send(Buffer.from(`${JSON.stringify(response)}\n`))
    connection.close()
  }

  private async respond(connection: Connection): Promise<ControlResponse> {
    const line = await lineOf(connection)
    if (line === undefined) return {ok: null}
    return {ok: await this.answer(JSON.parse(line) as ControlRequest)}
  }

  private async answer(request: ControlRequest): Promise<ControlAnswers[ControlRequest['kind']]> {
    switch (request.kind) {
      case 'list':
        await Promise.all(this.options.jobs().map((job) => job.refresh?.()))
        return this.options.jobs().map(listed)
      case 'cancel':
        this.job(request.jobId).cancel()
        return null
      case 'savepoint':
        return this.job(request.jobId).savepoint(request)
      case 'failures':
        await this.job(request.jobId).refresh?.()
        return this.job(request.jobId).view().failures ?? []
      default:
        throw new FtsError(
          'user',
          'FTS_CONTROL_REQUEST',
          'the running fts does not know this request: it is another version',
        )
    }
  }

  private job(jobId: string): JobHandle {
    const job = this.options.jobs().find((one) => one.jobId === jobId)
    if (job === undefined) throw new FtsError('user', 'FTS_NO_SUCH_JOB', `there is no job ${jobId} here`, {jobId})
    return job
  }
}

function listed(job: JobHandle): ListedJob {
  const {name, status, startedAtMs, restarts, checkpoints} = job.view()
  return {
    jobId: job.jobId,
    name,
    status,
    startedAtMs,
    restarts: restarts ?? 0,
    checkpoints: checkpoints?.completed ?? 0,
  }
}
