import {FtsError} from '../core/index.js'

/** See Leadership.append. */
export const LEADERSHIP_LOST = 'FTS_LEADERSHIP_LOST'
export const LEADERSHIP_WRITE = 'FTS_LEADERSHIP_WRITE'

export function leadershipLost(token: number, why: string): FtsError {
  return new FtsError('fatal', LEADERSHIP_LOST, `this JobManager leads no more (token ${token}): ${why}`, {token})
}

export function cannotAppend(folder: string, cause: unknown): FtsError {
  return new FtsError(
    'restartable',
    LEADERSHIP_WRITE,
    `the state of the job cannot be stored in ${folder}: ${(cause as Error).message}`,
    {folder},
    {cause, tryThis: 'See that the disk of high-availability.storageDir has space left and can be written.'},
  )
}

export function stateDamaged(path: string, cause?: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_LEADERSHIP_DAMAGED',
    `${path} is damaged or was written by another version of fts`,
    {path},
    {cause, tryThis: 'Start the job with -s from a checkpoint, with another high-availability.cluster-id.'},
  )
}

export function storageFolderError(folder: string, cause: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_HIGH_AVAILABILITY_FOLDER',
    `high-availability.storageDir cannot be used: ${(cause as Error).message}`,
    {folder},
    {cause, tryThis: 'Name a folder on a disk of this host that you may write to.'},
  )
}

export function inUse(folder: string, pid: number): FtsError {
  return new FtsError(
    'user',
    'FTS_HIGH_AVAILABILITY_IN_USE',
    `process ${pid} runs a job with the same high-availability folder, ${folder}`,
    {folder, pid},
    {tryThis: 'Wait for it, or give this command its own -D high-availability.cluster-id=NAME.'},
  )
}
