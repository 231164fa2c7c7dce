import {
  CheckpointStorage,
  type FoundCheckpoint,
  type RecoveredCheckpoints,
  readCheckpoint,
  readCheckpoints,
} from '../checkpoint/index.js'
import {FtsError, type JobId} from '../core/index.js'
import type {JobRecord} from '../leadership/index.js'
import {type Disk, type Log, removeUnfinished} from '../platform/index.js'
import type {ControlEffect, DiskEffect} from './control-effect.js'
import type {CheckpointEvent} from './control-event.js'

type Effect<Kind extends ControlEffect['kind']> = Extract<ControlEffect, {kind: Kind}>

export interface CheckpointDiskOptions {
  readonly disk: Disk
  readonly log: Log
  answer(jobId: JobId, event: CheckpointEvent): void
}

/** Does on disk what the checkpoints of jobs ask for, and answers with what became of it. Never throws. */
export class CheckpointDisk {
  private readonly working = new Map<JobId, Set<Promise<void>>>()

  constructor(private readonly options: CheckpointDiskOptions) {}

  open({jobId, directory, restorePath, recovers}: Effect<'openCheckpoints'>): void {
    const work = async (): Promise<CheckpointEvent> => {
      const {disk} = this.options
      const recovered = recovers && (await this.recover(jobId, directory, recovers))
      if (recovered !== undefined && recovered.checkpoints.length > 0)
        return {kind: 'opened', restored: undefined, recovered}
      let restored: FoundCheckpoint | undefined
      if (restorePath !== undefined) restored = await readCheckpoint(disk, restorePath)
      if (recovered !== undefined) return {kind: 'opened', restored, recovered}
      if (directory !== undefined) await new CheckpointStorage(disk, directory).openJob(jobId)
      return {kind: 'opened', restored}
    }
    this.run(jobId, work, (error) => ({kind: 'openFailed', error}))
  }

  private async recover(
    jobId: JobId,
    directory: string | undefined,
    {checkpoints}: JobRecord,
  ): Promise<RecoveredCheckpoints> {
    const folders = checkpoints.map(({folder}) => folder)
    const read = await readCheckpoints(this.options.disk, folders)
    const storage = directory === undefined ? undefined : new CheckpointStorage(this.options.disk, directory)
    const lastFound = (await storage?.reopenJob(jobId, folders)) ?? 0
    return {...read, lastId: Math.max(lastFound, ...checkpoints.map(({checkpointId}) => checkpointId))}
  }

  carryOut({jobId, directory, effect}: Effect<'checkpoint'>): void {
    const storage = new CheckpointStorage(this.options.disk, directory)
    if (effect.kind === 'makeFolder') this.makeFolder(jobId, storage, effect)
    else if (effect.kind === 'writeMetadata') this.write(jobId, storage, effect)
    else this.track(jobId, this.discard(storage, effect.paths))
  }

  /** Settles when all that the job had asked for is done, and its folder is gone where nobody wants it, with the outputs that were begun. */
  async close({jobId, folder, isRetained}: Effect<'closeCheckpoints'>): Promise<void> {
    await this.settled(jobId)
    const {disk, log} = this.options
    if (isRetained) return
    const removed = removeUnfinished(disk, `${folder}/taskowned`).then(() => disk.remove(folder))
    await removed.catch((error: Error) => {
      log.write('warn', `the checkpoints in ${folder} could not be removed: ${error.message}`, {jobId})
    })
  }

  /** Settles when all that was asked for is done. */
  async settled(jobId: JobId): Promise<void> {
    for (let left = this.working.get(jobId); left !== undefined && left.size > 0; left = this.working.get(jobId))
      await Promise.all(left)
  }

  private makeFolder(
    jobId: JobId,
    storage: CheckpointStorage,
    effect: Extract<DiskEffect, {kind: 'makeFolder'}>,
  ): void {
    const {checkpointId, folder} = effect
    this.run(
      jobId,
      async () => {
        await storage.makeFolder(folder)
        return {kind: 'folderMade', checkpointId}
      },
      (error) => ({kind: 'folderFailed', checkpointId, error}),
    )
  }

  private write(jobId: JobId, storage: CheckpointStorage, effect: Extract<DiskEffect, {kind: 'writeMetadata'}>): void {
    const {checkpointId} = effect
    this.run(
      jobId,
      async () => ({kind: 'stored', checkpointId, ...(await storage.write(effect))}),
      (error) => ({kind: 'storeFailed', checkpointId, error}),
    )
  }

  private async discard(storage: CheckpointStorage, paths: readonly string[]): Promise<void> {
    const left = await storage.discard(paths)
    if (left.length > 0) this.options.log.write('warn', `could not be removed: ${left.join(', ')}`)
  }

  private run(
    jobId: JobId,
    work: () => Promise<CheckpointEvent>,
    failed: (error: ReturnType<FtsError['toData']>) => CheckpointEvent,
  ): void {
    const event = work().catch((error) => failed(FtsError.from(error).toData()))
    this.track(
      jobId,
      event.then((one) => this.options.answer(jobId, one)),
    )
  }

  private track(jobId: JobId, work: Promise<void>): void {
    const all = this.working.get(jobId) ?? new Set()
    this.working.set(jobId, all)
    const tracked = work.finally(() => {
      all.delete(tracked)
      if (all.size === 0) this.working.delete(jobId)
    })
    all.add(tracked)
  }
}
