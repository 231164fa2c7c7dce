import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {FtsError} from '../core/index.js'
import {type Net, NodeNet} from '../platform/index.js'
import {
  CONTROL_SOCKET,
  type ControlAnswers,
  type ControlRequest,
  type ControlResponse,
  type ListedJob,
} from './control-request.js'
import {lineOf} from './line-of.js'
import {runDirectoryBases} from './run-directory.js'

type Request<Kind extends ControlRequest['kind']> = Extract<ControlRequest, {kind: Kind}>

/** A job of this user that a running fts has. */
export interface FoundJob extends ListedJob {
  readonly runDirectory: string
}

/**
 * Finds the jobs of this user's running commands, by their run directories, and asks about them.
 *
 * Errors   `user` FTS_NO_SUCH_JOB, FTS_AMBIGUOUS_JOB; `restartable` FTS_SOCKET_CONNECT, FTS_CONTROL_CLOSED when a command ends
 *          meanwhile; what the JobManager answers.
 */
export class JobClient {
  constructor(
    private readonly net: Net = new NodeNet(),
    private readonly bases: readonly string[] = runDirectoryBases(process.env),
  ) {}

  /** Oldest first. Commands that end while they are asked are left out. */
  async list(): Promise<readonly FoundJob[]> {
    const found = await Promise.all(this.runDirectories().map((directory) => this.jobsIn(directory)))
    return found.flat().sort((a, b) => a.startedAtMs - b.startedAtMs)
  }

  /** `jobId` may be the beginning of an id. */
  async find(jobId: string): Promise<FoundJob> {
    const wanted = jobId.toLowerCase()
    const all = await this.list()
    const found = all.filter((job) => job.jobId.startsWith(wanted))
    if (found.length === 1) return found[0]
    if (found.length > 1) throw ambiguous(jobId, found)
    throw noSuchJob(jobId, all)
  }

  async cancel({runDirectory, jobId}: FoundJob): Promise<void> {
    await this.ask<'cancel'>(runDirectory, {kind: 'cancel', jobId})
  }

  /** Settles when the savepoint is there; answers its folder. */
  savepoint(
    {runDirectory, jobId}: FoundJob,
    of: {readonly directory?: string; readonly thenStop?: 'suspend' | 'drain'},
  ): Promise<string> {
    return this.ask<'savepoint'>(runDirectory, {kind: 'savepoint', jobId, ...of})
  }

  failures({runDirectory, jobId}: FoundJob): Promise<ControlAnswers['failures']> {
    return this.ask<'failures'>(runDirectory, {kind: 'failures', jobId})
  }

  private async jobsIn(runDirectory: string): Promise<FoundJob[]> {
    try {
      const jobs = await this.ask<'list'>(runDirectory, {kind: 'list'})
      return jobs.map((job) => ({...job, runDirectory}))
    } catch {
      return []
    }
  }

  private async ask<Kind extends ControlRequest['kind']>(
    runDirectory: string,
    request: Request<Kind>,
  ): Promise<ControlAnswers[Kind]> {
    const connection = await this.net.connect(join(runDirectory, CONTROL_SOCKET))
    try {
      const answer = lineOf(connection)
      connection.send(Buffer.from(`${JSON.stringify(request)}\n`))
      const line = await answer
      if (line === undefined) throw closed(runDirectory)
      const response = JSON.parse(line) as ControlResponse
      if ('error' in response) throw FtsError.fromData(response.error)
      return response.ok as ControlAnswers[Kind]
    } finally {
      connection.close()
    }
  }

  private runDirectories(): string[] {
    return this.bases
      .filter((base) => existsSync(base))
      .flatMap((base) => readdirSync(base).map((name) => join(base, name)))
      .filter((directory) => existsSync(join(directory, CONTROL_SOCKET)))
  }
}

function closed(runDirectory: string): FtsError {
  const message = 'the command that runs the job ended before it had answered'
  return new FtsError('restartable', 'FTS_CONTROL_CLOSED', message, {runDirectory})
}

function ambiguous(jobId: string, found: readonly FoundJob[]): FtsError {
  const message = `${found.length} jobs have an id that begins with "${jobId}"`
  return new FtsError('user', 'FTS_AMBIGUOUS_JOB', message, {jobId}, {tryThis: 'Give more of it: fts list shows all.'})
}

function noSuchJob(jobId: string, all: readonly FoundJob[]): FtsError {
  const tryThis =
    all.length === 0
      ? 'No job of yours is running on this host.'
      : `Running: ${all.map((job) => job.jobId).join(', ')}.`
  return new FtsError(
    'user',
    'FTS_NO_SUCH_JOB',
    `no running job has an id that begins with "${jobId}"`,
    {jobId},
    {tryThis},
  )
}
