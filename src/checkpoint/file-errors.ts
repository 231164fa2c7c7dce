import {FtsError} from '../core/index.js'

const NOT_YOURS =
  'Set execution.checkpointing.dir to a folder that you may write to, or give the savepoint another folder.'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC:
    'The disk is full: free space, or set execution.checkpointing.dir, or the folder of the savepoint, to one on another disk.',
  EDQUOT: 'The quota of this user is used up: free space, or use a folder on another disk.',
  EACCES: NOT_YOURS,
  EPERM: NOT_YOURS,
  EROFS: NOT_YOURS,
  ENOTDIR: 'A part of this path is a file: name a folder.',
  EMFILE: 'Too many files are open: raise the limit with ulimit -n.',
}

/** A file of a checkpoint that the system would not write. Kind `restartable`, code FTS_CHECKPOINT_WRITE. */
export function cannotWrite(path: string, error: unknown): FtsError {
  if (error instanceof FtsError) return error
  const {code, message} = error as NodeJS.ErrnoException
  const tryThis = REMEDIES[code ?? '']
  return new FtsError(
    'restartable',
    'FTS_CHECKPOINT_WRITE',
    `cannot write ${path}: ${message}`,
    {path, systemCode: code ?? ''},
    {cause: error, ...(tryThis === undefined ? {} : {tryThis})},
  )
}

/** A file of state that is not what the checkpoint says it is. */
export function stateFileDamaged(path: string, what: string): FtsError {
  return new FtsError(
    'fatal',
    'FTS_STATE_FILE_DAMAGED',
    `the state file ${path} ${what}`,
    {path},
    {tryThis: 'Restore from an earlier checkpoint or a savepoint.'},
  )
}
