import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import {basename, isAbsolute, join} from 'node:path'
import {FtsError} from '../../core/index.js'
import {fileReadError} from './file-error.js'

export interface InputFile {
  readonly path: string
  readonly sizeBytes: number
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** A named pipe, a device, a file that does not tell its size (as below /proc): read once, to its end; `sizeBytes` is 0. */
  readonly isStream?: true
}

/** What a command's path arguments mean: files in a fixed order. */
export interface PlannedFiles {
  readonly files: readonly InputFile[]
  readonly totalBytes: number
}

const GLOB_CHARACTERS = /[*?[\]{}!]/

/**
 * Turns paths, globs and folders into files. A folder is read recursively, without names that begin with `.` or `_` (as
 * Flink's default file filter); a pattern finds such names only where it has them itself (`_old/*`); a path named outright is taken whatever its name. Order: arguments as given, names
 * within a folder or glob by code point.
 *
 * Errors   `user`: FTS_CANNOT_READ (no such file, no permission), FTS_NO_INPUT (a folder or glob without a file).
 */
export async function planFiles(paths: readonly string[]): Promise<PlannedFiles> {
  const found: InputFile[] = []
  for (const path of paths.map(ofThisProcess)) {
    const stat = statOrUndefined(path)
    if (stat !== undefined) found.push(...filesAt(path, stat))
    else if (GLOB_CHARACTERS.test(path)) found.push(...(await filesOfGlob(path)))
    else throw missing(path)
  }
  const files = [...new Map(found.map((file) => [file.path, file])).values()]
  return {files, totalBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0)}
}

function statOrUndefined(path: string): Stats | undefined {
  return statSync(path, {throwIfNoEntry: false})
}

function missing(path: string): FtsError {
  return fileReadError(path, Object.assign(new Error('no such file'), {code: 'ENOENT'}))
}

function filesAt(path: string, stat: Stats): InputFile[] {
  if (!stat.isDirectory()) return [oneFile(path, stat)]
  const files = filesInFolder(path)
  if (files.length > 0) return files
  throw new FtsError(
    'user',
    'FTS_NO_INPUT',
    `the folder ${path} has no text: no file in it or below it (names that begin with "." or "_" are left out)`,
    {path},
    {tryThis: 'Name a folder with files in it, or the files themselves.'},
  )
}

function filesInFolder(folder: string): InputFile[] {
  const names = readFolder(folder).filter((name) => !name.startsWith('.') && !name.startsWith('_'))
  return names.sort(byCodePoint).flatMap((name) => {
    const path = join(folder, name)
    const stat = statInFolder(path)
    if (stat === undefined) return []
    if (stat.isDirectory()) return filesInFolder(path)
    return stat.isFile() ? [oneFile(path, stat)] : []
  })
}

/** Undefined for a link to a folder, which is not followed, and for one that leads nowhere. */
function statInFolder(path: string): Stats | undefined {
  const own = lstatSync(path, {throwIfNoEntry: false})
  if (own === undefined) throw path.includes('\uFFFD') ? notUnicode(path) : missing(path)
  if (!own.isSymbolicLink()) return own
  const target = statOrUndefined(path)
  return target?.isDirectory() === true ? undefined : target
}

function notUnicode(path: string): FtsError {
  return new FtsError(
    'user',
    'FTS_CANNOT_READ',
    `cannot read ${path}: its name is not valid UTF-8`,
    {path},
    {tryThis: `Rename it, or pipe it in: cat ... | fts wordcount -`},
  )
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw fileReadError(folder, error)
  }
}

function oneFile(path: string, stat: Stats): InputFile {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw fileReadError(path, error)
  }
  const compression = compressionOf(path)
  if (stat.isFile() && (stat.size > 0 || isEmpty(path))) return {path, sizeBytes: stat.size, compression}
  if (stat.isFile() || stat.isFIFO() || stat.isCharacterDevice())
    return {path, sizeBytes: 0, compression, isStream: true}
  throw new FtsError(
    'user',
    'FTS_CANNOT_READ',
    `cannot read ${path}: it is neither a file nor a pipe`,
    {path},
    {tryThis: 'Name a file, a folder or a pipe; for a TCP server there is --socket.'},
  )
}

/** Files below /proc say that they have 0 bytes, and have some. */
function isEmpty(path: string): boolean {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    return readSync(descriptor, new Uint8Array(1)) === 0
  } catch (error) {
    throw fileReadError(path, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** `<(command)` in a shell is a path like /dev/fd/63, which means another thing in the process that will read it. */
function ofThisProcess(path: string): string {
  const descriptor = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1]
  if (descriptor === undefined || process.platform !== 'linux') return path
  return `/proc/${process.pid}/fd/${descriptor}`
}

/** As Flink has it: by the name. */
export function compressionOf(path: string): InputFile['compression'] {
  const name = basename(path).toLowerCase()
  if (name.endsWith('.gz')) return 'gzip'
  return name.endsWith('.zst') || name.endsWith('.zstd') ? 'zstd' : 'none'
}

/** The glob package is loaded only when a shell has left a pattern to us. */
async function filesOfGlob(pattern: string): Promise<InputFile[]> {
  const {glob} = await import('tinyglobby')
  const paths = await glob([pattern], {
    onlyFiles: false,
    expandDirectories: false,
    followSymbolicLinks: false,
    absolute: isAbsolute(pattern),
  })
  const files = paths
    .filter((path) => !isHiddenFrom(pattern, path))
    .sort(byCodePoint)
    .flatMap((path) => {
      const stat = statOrUndefined(path)
      if (stat === undefined) return []
      return stat.isDirectory() ? filesInFolder(path) : [oneFile(path, stat)]
    })
  if (files.length > 0) return files
  throw new FtsError(
    'user',
    'FTS_NO_INPUT',
    `no file matches ${pattern}`,
    {pattern},
    {tryThis: 'Check the pattern and the folder it starts from.'},
  )
}

/** A name on the way that begins with `_`, and that the pattern does not say. (Those with `.` the package leaves out.) */
function isHiddenFrom(pattern: string, path: string): boolean {
  const said = pattern.split('/')
  const says = (name: string) => said.some((one) => one === name || (one.startsWith('_') && GLOB_CHARACTERS.test(one)))
  return path.split('/').some((name) => name.startsWith('_') && !says(name))
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
