import {FtsError} from '../../core/index.js'

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no such file', 'Check the path; quote a glob so that the shell leaves it alone.'],
  EACCES: ['permission is denied', 'Make it readable (chmod +r), or run as a user who may read it.'],
  EPERM: ['the operation is not permitted', 'Run as a user who may read it.'],
  EISDIR: ['it is a folder', 'Name a file, or give the folder to fts as an argument of its own.'],
  ENOTDIR: ['a part of the path is not a folder', 'Check the path.'],
  ELOOP: ['its symbolic links go in a circle', 'Name the file itself.'],
  EMFILE: ['too many files are open', 'Raise the limit with "ulimit -n".'],
  EIO: ['the device reports an input/output error', 'Check the disk, or copy the file elsewhere.'],
}

/** A failed file operation of a source as one sentence: what, where, why, what to do. */
export function fileReadError(path: string, cause: unknown): FtsError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown'
  const [reason, tryThis] = REASONS[code] ?? [`the system says ${code}`, 'Check the path.']
  return new FtsError('user', 'FTS_CANNOT_READ', `cannot read ${path}: ${reason}`, {path, code}, {cause, tryThis})
}
