import {FtsError, type JobId} from '../core/index.js'
import type {Disk} from '../platform/index.js'
import type {CheckpointMetadata} from './checkpoint-metadata.js'
import {cannotWrite} from './file-errors.js'
import {encodeMetadata} from './metadata-codec.js'

export const METADATA_FILE = '_metadata'

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
    const folder = jobFolder(this.directory, jobId)
    try {
      if (!(await this.disk.makeFolder(folder))) throw folderTaken(folder)
      await this.disk.makeFolder(`${folder}/shared`)
      await this.disk.makeFolder(`${folder}/taskowned`)
      await this.tryToWrite(folder)
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

  async makeFolder(folder: string): Promise<void> {
    try {
      await this.disk.makeFolder(folder)
    } catch (error) {
      throw cannotWrite(folder, error)
    }
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
    'FTS_CHECKPOINT_FOLDER_TAKEN',
    `${folder} is there already: it holds the checkpoints of another run of this job`,
    {folder},
    {tryThis: 'Set execution.checkpointing.dir to another folder, or restore from it with -s.'},
  )
}
