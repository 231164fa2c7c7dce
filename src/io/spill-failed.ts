import {FtsError} from '../core/index.js'

/** What could not be done to which file, for whom. */
export interface SpillAttempt {
  /** `cannot write 65536 bytes at 131072 to`, say: goes on with the path. */
  readonly failed: string
  readonly path: string
  readonly owner: string
  readonly sizeBytes: number
}

const NAME_ANOTHER_FOLDER = 'name a folder with -D io.tmp.dirs=/path/to/folder'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: `Free space on that disk, or ${NAME_ANOTHER_FOLDER}.`,
  EDQUOT: `Free some of your quota, or ${NAME_ANOTHER_FOLDER}.`,
  EMFILE: 'Raise the limit of open files (ulimit -n), or the memory (taskmanager.memory.flink.size).',
  ENOENT: `Create the folder, or ${NAME_ANOTHER_FOLDER}.`,
}

/** `restartable` `FTS_SPILL_FAILED`: another attempt may find space, or another disk. */
export function spillFailed(attempt: SpillAttempt, cause: unknown): FtsError {
  const {failed, path, owner, sizeBytes} = attempt
  const {code = '', message} = cause as NodeJS.ErrnoException
  return new FtsError(
    'restartable',
    'FTS_SPILL_FAILED',
    `${owner}: ${failed} the spill file ${path}${sizeBytes === 0 ? '' : ` (${sizeBytes} bytes so far)`}: ${message}`,
    {path, owner, sizeBytes, systemCode: code},
    {cause, tryThis: REMEDIES[code] ?? `To spill to another disk, ${NAME_ANOTHER_FOLDER}.`},
  )
}
