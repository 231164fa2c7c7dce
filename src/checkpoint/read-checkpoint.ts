import {resolve} from 'node:path'
import {FtsError} from '../core/index.js'
import type {Disk} from '../platform/index.js'
import type {StoredCheckpoint} from './checkpoint-metadata.js'
import {METADATA_FILE} from './checkpoint-storage.js'
import {decodeMetadata} from './metadata-codec.js'
import {stateFilesOf} from './state-file-handles.js'

/** What was found, and which newer checkpoints had to be passed over because they are damaged. */
export interface FoundCheckpoint extends StoredCheckpoint {
  readonly damaged: readonly FtsError[]
}

/**
 * Finds a checkpoint or savepoint: `path` is its folder, its `_metadata`, or the folder of a job (then it is the newest whole one).
 * Every file it refers to is there and has its size; checksums are checked when the files are read.
 *
 * Errors   `user` FTS_NOT_A_CHECKPOINT, FTS_CHECKPOINT_DAMAGED, FTS_CHECKPOINT_NEWER_FORMAT, FTS_STATE_FILE_MISSING.
 */
export async function readCheckpoint(disk: Disk, path: string): Promise<FoundCheckpoint> {
  const absolute = resolve(path)
  const folder = absolute.endsWith(`/${METADATA_FILE}`) ? absolute.slice(0, -METADATA_FILE.length - 1) : absolute
  const own = await readFolder(disk, folder)
  if (own !== undefined) return {...own, damaged: []}
  return newestOf(disk, folder, path)
}

/** The checkpoints of a job that is taken over. */
export interface RecoveredCheckpoints {
  /** Oldest first. */
  readonly checkpoints: readonly StoredCheckpoint[]
  /** The greatest id that was given to a checkpoint, or 0. */
  readonly lastId: number
  /** Why some of them are left out. */
  readonly damaged: readonly FtsError[]
}

/** Those that can be read, in the same order. Errors: that of the last one, if none can. */
export async function readCheckpoints(
  disk: Disk,
  folders: readonly string[],
): Promise<Pick<RecoveredCheckpoints, 'checkpoints' | 'damaged'>> {
  const checkpoints: StoredCheckpoint[] = []
  const damaged: FtsError[] = []
  for (const folder of folders) {
    try {
      checkpoints.push((await readFolder(disk, folder)) ?? (await readCheckpoint(disk, folder)))
    } catch (error) {
      damaged.push(FtsError.from(error))
    }
  }
  if (checkpoints.length === 0 && damaged.length > 0) throw damaged.at(-1)
  return {checkpoints, damaged}
}

async function newestOf(disk: Disk, folder: string, path: string): Promise<FoundCheckpoint> {
  const damaged: FtsError[] = []
  for (const name of await checkpointsIn(disk, folder)) {
    try {
      const found = await readFolder(disk, `${folder}/${name}`)
      if (found !== undefined) return {...found, damaged}
    } catch (error) {
      damaged.push(FtsError.from(error))
    }
  }
  throw damaged[0] ?? (await notACheckpoint(disk, folder, path))
}

/** The `chk-` folders of a job, newest first. */
async function checkpointsIn(disk: Disk, folder: string): Promise<string[]> {
  const names = ((await disk.list(folder)) ?? []).filter((entry) => entry.isFolder).map(({name}) => name)
  const idOf = (name: string) => Number(name.slice('chk-'.length))
  return names.filter((name) => /^chk-\d+$/.test(name)).sort((a, b) => idOf(b) - idOf(a))
}

async function readFolder(disk: Disk, folder: string): Promise<StoredCheckpoint | undefined> {
  const bytes = await disk.read(`${folder}/${METADATA_FILE}`)
  if (bytes === undefined) return undefined
  const metadata = decodeMetadata(bytes, folder)
  for (const {path, sizeBytes} of stateFilesOf(metadata)) {
    const found = await disk.sizeOf(path)
    if (found !== sizeBytes) throw fileMissing(folder, path, {sizeBytes, found})
  }
  return {folder, metadata}
}

function fileMissing(folder: string, path: string, size: {sizeBytes: number; found: number | undefined}): FtsError {
  const what = size.found === undefined ? 'is missing' : `has ${size.found} bytes instead of ${size.sizeBytes}`
  return new FtsError(
    'user',
    'FTS_STATE_FILE_MISSING',
    `the checkpoint in ${folder} cannot be restored: its file ${path} ${what}`,
    {folder, path},
    {
      tryThis:
        'A checkpoint needs the shared folder beside it: copy the whole folder of the job, or take a savepoint, which is complete in itself.',
    },
  )
}

async function notACheckpoint(disk: Disk, folder: string, path: string): Promise<FtsError> {
  const entries = await disk.list(folder)
  const why = entries === undefined ? 'there is no such folder' : `it holds no ${METADATA_FILE} and no chk- folder`
  const jobs = (entries ?? []).filter(({name, isFolder}) => isFolder && /^[0-9a-f]{32}$/.test(name))
  const tryThis =
    jobs.length > 0
      ? `It holds the checkpoints of ${jobs.length} job${jobs.length === 1 ? '' : 's'}: name one of them, such as ${folder}/${jobs[0].name}.`
      : 'Name a folder chk-<n> or savepoint-…, or the folder of a job below execution.checkpointing.dir.'
  return new FtsError('user', 'FTS_NOT_A_CHECKPOINT', `${path} is not a checkpoint: ${why}`, {path: folder}, {tryThis})
}
