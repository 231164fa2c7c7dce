import {type ErrorKind, FtsError} from '../../core/index.js'

type Reason = readonly [kind: ErrorKind, code: string, why: string, tryThis: string]

const CANNOT_WRITE = 'FTS_CANNOT_WRITE'
const DISK_FULL = 'FTS_DISK_FULL'

const REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: ['user', CANNOT_WRITE, 'its folder does not exist', 'Create the folder (mkdir -p), or name another.'],
  ENOTDIR: ['user', CANNOT_WRITE, 'a part of its path is not a folder', 'Check the path.'],
  EISDIR: ['user', CANNOT_WRITE, 'it is a folder', 'Name a file in it.'],
  EACCES: ['user', CANNOT_WRITE, 'permission is denied', 'Name a file in a folder that you may write to.'],
  EPERM: ['user', CANNOT_WRITE, 'the operation is not permitted', 'Name a file in a folder that you may write to.'],
  EROFS: ['user', CANNOT_WRITE, 'the file system is read-only', 'Name a file on another file system.'],
  ENAMETOOLONG: ['user', CANNOT_WRITE, 'the name is too long', 'Choose a shorter name.'],
  ELOOP: ['user', CANNOT_WRITE, 'its symbolic links go in a circle', 'Name the file itself.'],
  ENXIO: ['user', CANNOT_WRITE, 'it is a socket, or a device that is not there', 'Name a file.'],
  ENOSPC: ['restartable', DISK_FULL, 'the disk is full', 'Free some space, or write to another disk.'],
  EDQUOT: ['restartable', DISK_FULL, "the user's disk quota is used up", 'Free some space, or write to another disk.'],
  EMFILE: ['user', CANNOT_WRITE, 'too many files are open', 'Raise the limit (ulimit -n), or use fewer buckets.'],
  EFBIG: ['user', CANNOT_WRITE, 'the file would be larger than allowed', 'Raise the limit (ulimit -f), or use --top.'],
  EIO: ['restartable', CANNOT_WRITE, 'the device reports an input/output error', 'Check the disk.'],
}

/** A reader that has gone: nobody wants more, which ends the job quietly. */
const CLOSED = new Set(['EPIPE', 'ECONNRESET'])

/** A failed operation on the output `name` as one sentence: what, where, why, what to do. */
export function outputError(name: string, cause: unknown): FtsError {
  if (cause instanceof FtsError) return cause
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown'
  if (CLOSED.has(code)) {
    return new FtsError('fatal', 'FTS_OUTPUT_CLOSED', `the reader of ${name} has gone`, {output: name}, {cause})
  }
  const other: Reason = ['restartable', CANNOT_WRITE, `the system says ${code}`, 'Check the path and the disk.']
  const [kind, errorCode, why, tryThis] = REASONS[code] ?? other
  return new FtsError(kind, errorCode, `cannot write ${name}: ${why}`, {output: name, code}, {cause, tryThis})
}
