import {FtsError, type JobId} from '../core/index.js'
import type {Disk} from '../platform/index.js'
import type {CheckpointMetadata} from './checkpoint-metadata.js'
import {cannotWrite} from './file-errors.js'
import {encodeMetadata} from './metadata-codec.js'

export const METADATA_FILE = '_metadata'

/** A folder that was to be new is there already. */
export const CHECKPOINT_FOLDER_TAKEN = 'FTS_CHECKPOINT_FOLDER_TAKEN'

/**
 * Where a job's checkpoints lie, in Flink's layout:
 *
 *   <execution.checkpointing.dir>/<job id>/chk-<n>/_metadata, and files of this checkpoint alone
 *                                        /shared/     files that several checkpoints may refer to
 *                                        /taskowned/  what tasks keep for themselves (journals)
 *
 * Writing `_metadata` (temporary name, synced, renamed, folder synced) is what completes a checkpoint.
 *
 * Errors   `user` FTS_CHECKPOINT_FOLDER, FTS_CHECKPOINT_FOLDER_TAKEN; `restartable` FTS_CHECKPOINT_WRITE.
 */
export class CheckpointStorage {
  constructor(
    private readonly disk: Disk,
    private readonly directory: string,
  ) {}

  /** Makes a job's folders. A folder that is there belongs to another run: it is left alone. */
  async openJob(jobId: JobId): Promise<void> {
    await this.makeJobFolders(jobFolder(this.directory, jobId), {mayBeThere: false})
  }

  /**
   * Takes over the folders of a job, and removes what is left of checkpoints that its leader before has not completed. Answers the
   * greatest id that was given to a checkpoint there, or 0.
   */
  async reopenJob(jobId: JobId, completed: readonly string[]): Promise<number> {
    const folder = jobFolder(this.directory, jobId)
    await this.makeJobFolders(folder, {mayBeThere: true})
    const names = ((await this.disk.list(folder)) ?? []).map(({name}) => name).filter((name) => /^chk-\d+$/.test(name))
    await this.discard(names.map((name) => `${folder}/${name}`).filter((path) => !completed.includes(path)))
    return Math.max(0, ...names.map((name) => Number(name.slice('chk-'.length))))
  }

  private async makeJobFolders(folder: string, {mayBeThere}: {readonly mayBeThere: boolean}): Promise<void> {
    try {
      if (!(await this.disk.makeFolder(folder)) && !mayBeThere) throw folderTaken(folder)
      await this.disk.makeFolder(`${folder}/shared`)
      await this.disk.makeFolder(`${folder}/taskowned`)
      // Who takes over finds out when it writes: a disk that is full for a moment is no reason to end the job.
      if (!mayBeThere) await this.tryToWrite(folder)
    } catch (error) {
      if (error instanceof FtsError && error.kind === 'user') throw error
      const {message, tryThis} = cannotWrite(folder, error)
      throw new FtsError(
        'user',
        'FTS_CHECKPOINT_FOLDER',
        `checkpoints cannot be stored: ${message}`,
        {folder},
        {
          cause: error,
          tryThis: tryThis ?? 'Set execution.checkpointing.dir to a folder that you may write to.',
        },
      )
    }
  }

  /** A checkpoint's folder, which must be new: a leader that has been taken over may have made it a moment ago. */
  async makeFolder(folder: string): Promise<void> {
    const isNew = await this.disk.makeFolder(folder).catch((error) => {
      throw cannotWrite(folder, error)
    })
    if (isNew) return
    throw new FtsError('restartable', CHECKPOINT_FOLDER_TAKEN, `${folder} is there already`, {folder})
  }

  /** Completes a checkpoint; its size on disk is that of its metadata. */
  async write(of: {
    readonly folder: string
    readonly sharedFolder: string | undefined
    readonly metadata: CheckpointMetadata
  }): Promise<{readonly metadataBytes: number}> {
    const path = `${of.folder}/${METADATA_FILE}`
    try {
      if (of.sharedFolder !== undefined) await this.disk.syncFolder(of.sharedFolder)
      const bytes = encodeMetadata(of.metadata, of.folder)
      await this.writeSafely(path, bytes)
      await this.disk.syncFolder(of.folder)
      await this.disk.syncFolder(of.folder.slice(0, of.folder.lastIndexOf('/')) || '/')
      return {metadataBytes: bytes.length}
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }

  /** Removes files and folders that nobody needs any more; answers what could not be removed. */
  async discard(paths: readonly string[]): Promise<readonly string[]> {
    const left: string[] = []
    for (const path of paths) await this.disk.remove(path).catch(() => left.push(path))
    return left
  }

  private async writeSafely(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${path}.part`
    await this.disk.remove(temporary)
    const file = await this.disk.create(temporary)
    try {
      await file.append(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.disk.rename(temporary, path)
  }

  private async tryToWrite(folder: string): Promise<void> {
    await this.writeSafely(`${folder}/.writable`, new Uint8Array(0))
    await this.disk.remove(`${folder}/.writable`)
  }
}

export function jobFolder(directory: string, jobId: JobId): string {
  return `${directory}/${jobId}`
}

function folderTaken(folder: string): FtsError {
  return new FtsError(
    'user',
    CHECKPOINT_FOLDER_TAKEN,
    `${folder} is there already: it holds the checkpoints of another run of this job`,
    {folder},
    {tryThis: 'Set execution.checkpointing.dir to another folder, or restore from it with -s.'},
  )
}
