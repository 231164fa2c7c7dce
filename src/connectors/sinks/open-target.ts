import {accessSync, constants, fstatSync, openSync, realpathSync, type Stats, statSync} from 'node:fs'
import {type Timers, USER_STDERR_FD} from '../../platform/index.js'
import type {ByteChannel} from './byte-channel.js'
import {DirectTarget} from './direct-target.js'
import {FdChannel} from './fd-channel.js'
import {FileTarget} from './file-target.js'
import {PipeChannel} from './pipe-channel.js'
import type {SinkTarget, SinkTargetSpec} from './sink-target.js'
import {SocketTarget} from './socket-target.js'
import type {UnfinishedFile} from './unfinished-file.js'

export interface OpenTargetOptions {
  readonly jobId: string
  readonly attempt: number
  /** Whether a file must be on the disk, and not only handed to the system, before it gets its name. */
  readonly syncs: boolean
  readonly timers: Timers
  /** Of a file: what a checkpoint has of it. */
  readonly resume?: UnfinishedFile
}

/** How a sink comes to its target: `openTarget`, or what a simulation puts in its place. */
export type OpenTarget = (spec: SinkTargetSpec, options: OpenTargetOptions) => SinkTarget

const STDOUT_FD = 1
/** Names of the process's own standard output and error; opening them as files would write elsewhere or truncate. */
const STANDARD_FDS: Readonly<Record<string, number>> = {
  '/dev/stdout': 1,
  '/dev/fd/1': 1,
  '/proc/self/fd/1': 1,
  '/dev/stderr': 2,
  '/dev/fd/2': 2,
  '/proc/self/fd/2': 2,
}

/** Opens a sink's target. Errors: those of the system, untranslated. */
export function openTarget(spec: SinkTargetSpec, options: OpenTargetOptions): SinkTarget {
  const {timers} = options
  if (spec.kind === 'stdout') return openStandard(STDOUT_FD, 'standard output', timers)
  if (spec.kind === 'socket') return new SocketTarget(spec, timers)
  if (spec.kind !== 'file') return openStandard(USER_STDERR_FD, 'standard error', timers)
  const standardFd = STANDARD_FDS[spec.path]
  return standardFd === undefined ? openPath(spec.path, options) : openStandard(standardFd, spec.path, timers)
}

/** Whether a path stands for standard output or error. */
export function isStandardPath(path: string): boolean {
  return path in STANDARD_FDS
}

function openStandard(fd: number, name: string, timers: Timers): SinkTarget {
  const channel = fstatSync(fd).isFIFO() ? reopenedPipe(fd, timers) : undefined
  return new DirectTarget(name, channel ?? new FdChannel(fd, {ownsFd: false, timers}))
}

/** Undefined where the system does not let us open the pipe anew. Errors: EPIPE if its reader has gone. */
function reopenedPipe(fd: number, timers: Timers): ByteChannel | undefined {
  try {
    return PipeChannel.open(`/dev/fd/${fd}`, {waitsForReader: false, timers})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') return undefined
    throw systemError('EPIPE', 'the pipe has no reader')
  }
}

function openPath(path: string, options: OpenTargetOptions): SinkTarget {
  const {timers} = options
  const stats = statSync(path, {throwIfNoEntry: false})
  if (stats === undefined && path.endsWith('/')) throw systemError('EISDIR', 'the path ends as that of a folder')
  if (stats === undefined) return new FileTarget({path, ...options})
  if (stats.isFile()) return openExisting(realpathSync(path), stats, options)
  if (stats.isFIFO()) return new DirectTarget(path, PipeChannel.open(path, {waitsForReader: true, timers}))
  return new DirectTarget(path, new FdChannel(openSync(path, 'w'), {ownsFd: true, timers}))
}

/** A file that must not be written must not be replaced either. */
function openExisting(path: string, stats: Stats, options: OpenTargetOptions): SinkTarget {
  accessSync(path, constants.W_OK)
  return new FileTarget({path, mode: stats.mode & 0o777, ...options})
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), {code})
}
