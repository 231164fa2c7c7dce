import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import type {Timers} from '../../platform/index.js'
import type {ByteChannel} from './byte-channel.js'
import {FdChannel} from './fd-channel.js'

const BLOCK_BYTES = 64 * 1024
/** Room for two whole numbers in JSON, padded, so that it is overwritten by one write. */
const PROGRESS_BYTES = 64

/** What was written between two barriers. */
export interface StagedEpoch {
  /** Counts up over all attempts. */
  readonly epoch: number
  readonly sizeBytes: number
}

export interface StagedOutputOptions {
  /** Outlives the attempt. */
  readonly folder: string
  /** Keeps apart the outputs of one folder. */
  readonly name: string
  /** Epochs that the restored checkpoint has. */
  readonly restored: readonly StagedEpoch[]
  /** Where committed bytes go. */
  readonly out: ByteChannel
  readonly timers: Timers
  /** Committed bytes went out, or all have. */
  progressed(): void
  failed(error: Error): void
}

/** How much of which epoch is out; epochs before it are out as a whole. */
interface Progress {
  readonly epoch: number
  readonly bytes: number
}

/**
 * Output that cannot be taken back (standard output, a pipe, a socket), kept on disk until the checkpoint that has it is completed.
 *
 *   write ─▶ <name>-<epoch>.out ─ seal at the barrier ─▶ completed ─▶ 64 KiB at a time to `out` ─▶ removed
 *
 * How far it came is written down after each piece in <name>.progress: what goes out twice after a kill is one piece at most.
 */
export class StagedOutput implements ByteChannel {
  private epoch: number
  private file: FdChannel | undefined
  private sizeBytes = 0
  /** Prepared for a checkpoint that is not completed, with its id. */
  private sealed: {readonly epoch: StagedEpoch; readonly checkpointId: number}[] = []
  private committed: StagedEpoch[] = []
  private printing: {readonly epoch: StagedEpoch; readonly descriptor: number; offset: number} | undefined
  private readonly progressDescriptor: number
  private readonly block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  private isClosed = false

  constructor(private readonly options: StagedOutputOptions) {
    const path = this.pathOf('progress')
    const progress = readProgress(path)
    this.progressDescriptor = openSync(path, 'a+')
    closeSync(this.progressDescriptor)
    this.progressDescriptor = openSync(path, 'r+')
    this.epoch = Math.max(progress.epoch, ...options.restored.map(({epoch}) => epoch)) + 1
    this.committed = options.restored.filter(({epoch}) => epoch >= progress.epoch)
    this.print(progress)
  }

  /** Everything that was written is out. */
  get isEmpty(): boolean {
    return this.sizeBytes === 0 && this.sealed.length === 0 && this.isIdle
  }

  /** What was committed is out. */
  get isIdle(): boolean {
    return this.committed.length === 0
  }

  write(bytes: Uint8Array, written: (error?: Error) => void): void {
    const {timers} = this.options
    this.file ??= new FdChannel(openSync(this.pathOf(`${this.epoch}.out`), 'w'), {ownsFd: true, timers})
    this.sizeBytes += bytes.length
    this.file.write(bytes, written)
  }

  /** At a barrier, when everything is written: all since the last one belongs to this checkpoint. Answers what is not out yet. */
  seal(checkpointId: number): readonly StagedEpoch[] {
    if (this.sizeBytes > 0) {
      this.sealed.push({epoch: {epoch: this.epoch, sizeBytes: this.sizeBytes}, checkpointId})
      this.file?.close()
      this.file = undefined
      this.epoch += 1
      this.sizeBytes = 0
    }
    return [...this.committed, ...this.sealed.map(({epoch}) => epoch)]
  }

  /** What was sealed up to this checkpoint goes out. */
  completed(checkpointId: number): void {
    const isIdle = this.committed.length === 0
    this.committed.push(...this.sealed.filter((one) => one.checkpointId <= checkpointId).map(({epoch}) => epoch))
    this.sealed = this.sealed.filter((one) => one.checkpointId > checkpointId)
    if (isIdle) this.print({epoch: -1, bytes: 0})
  }

  close(): void {
    this.isClosed = true
    this.file?.close()
    if (this.printing !== undefined) closeSync(this.printing.descriptor)
    this.printing = undefined
    closeSync(this.progressDescriptor)
  }

  /** Begins with the next epoch that is committed; of the one in `progress` a part is out already. */
  private print(progress: Progress): void {
    const epoch = this.committed.at(0)
    if (epoch === undefined) return
    const offset = epoch.epoch === progress.epoch ? progress.bytes : 0
    const descriptor = tryOpen(this.pathOf(`${epoch.epoch}.out`))
    if (descriptor === undefined) this.printed(epoch)
    else {
      this.printing = {epoch, descriptor, offset}
      this.printNext()
    }
  }

  private printNext(): void {
    const {printing, options} = this
    if (printing === undefined) return
    const {epoch, descriptor, offset} = printing
    const byteCount = readSync(descriptor, this.block, 0, Math.min(BLOCK_BYTES, epoch.sizeBytes - offset), offset)
    if (byteCount > 0) options.out.write(this.block.subarray(0, byteCount), (error) => this.pieceOut(byteCount, error))
    else {
      closeSync(descriptor)
      this.printing = undefined
      this.printed(epoch)
    }
  }

  private pieceOut(byteCount: number, error: Error | undefined): void {
    const {printing} = this
    if (this.isClosed || printing === undefined) return
    if (error !== undefined) {
      this.options.failed(error)
      return
    }
    printing.offset += byteCount
    this.note({epoch: printing.epoch.epoch, bytes: printing.offset})
    this.printNext()
  }

  private printed(epoch: StagedEpoch): void {
    this.note({epoch: epoch.epoch + 1, bytes: 0})
    rmSync(this.pathOf(`${epoch.epoch}.out`), {force: true})
    this.committed.shift()
    this.options.progressed()
    this.print({epoch: -1, bytes: 0})
  }

  private note(progress: Progress): void {
    writeSync(this.progressDescriptor, JSON.stringify(progress).padEnd(PROGRESS_BYTES), 0)
  }

  private pathOf(what: string): string {
    return join(this.options.folder, `${this.options.name}-${what}`)
  }
}

/**
 * Output that an earlier run had not put out when it was killed, in a job that starts from its checkpoint: a copy is what this run begins with. The earlier run's
 * folder stays as it is; where it is gone, that run had ended, and everything is out.
 */
export function takeOverStaged(
  epochs: readonly StagedEpoch[],
  {from, to, name}: {readonly from: string; readonly to: string; readonly name: string},
): void {
  const progress = `${name}-progress`
  if (from === to || existsSync(join(to, progress)) || !existsSync(from)) return
  for (const {epoch} of epochs) {
    const file = `${name}-${epoch}.out`
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file), constants.COPYFILE_FICLONE)
  }
  // Last: an attempt that is killed before it begins again.
  const {epoch, bytes} = readProgress(join(from, progress))
  writeFileSync(join(to, `${progress}.part`), JSON.stringify({epoch, bytes}).padEnd(PROGRESS_BYTES))
  renameSync(join(to, `${progress}.part`), join(to, progress))
}

function readProgress(path: string): Progress {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Progress
  } catch {
    // The first attempt, or one that never put anything out.
    return {epoch: 0, bytes: 0}
  }
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
