import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {FtsError, JOURNAL_START_FILE} from '../../core/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import type {SplitReader} from '../sources/split-reader.js'
import {
  END_FILE,
  isWorthAnotherTry,
  JOURNAL_VERSION,
  type JournalEnd,
  segmentOffset,
  segmentPath,
} from './journal-files.js'

const BLOCK_BYTES = 256 * 1024
/** What no checkpoint needs any more is given back by whole segments. */
const SEGMENT_BYTES = 4 * 1024 * 1024
/** How often a full journal looks whether segments were removed. */
const FULL_LOOK_MS = 20
const END_RETRY_MS = 1000
/** How often the writer of an input that broke looks whether somebody wants more of it. */
const REOPEN_LOOK_MS = 50
/** How often the writer of a journal that goes on with an earlier one looks whether the reader has said where. */
const START_LOOK_MS = 20

export interface JournalWriterOptions {
  /** Made if it is not there. */
  readonly folder: string
  /** Bytes on disk above which no more is read, until a checkpoint is completed. At least two segments are allowed. */
  readonly maxBytes: number
  /** Default 4 MiB. */
  readonly segmentBytes?: number
  readonly timers: Timers
  /** Opens the input; `wake` says that there is something to read. */
  open(wake: () => void, before: ReadBefore): SplitReader
}

/** What an earlier run, or an attempt to read the input before, has read. */
export interface ReadBefore {
  readonly byteCount: number
  /** The journal has what was read last; else it begins behind `byteCount`, and it is not known whether more was read. */
  readonly isKept: boolean
}

/**
 * Keeps a journal of an input that cannot be read twice, in a process that outlives whoever reads the journal: each byte is on disk before
 * anybody works on it. Errors of the input and of the disk are written down as the input's end; an input that broke is opened again when it is
 * read again (a restarted job connects anew, as in Flink).
 *
 * A journal that a process before has left is gone on with: behind its last byte, or not at all if it had ended well.
 */
export class JournalWriter {
  private reader: SplitReader | undefined
  private readonly block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  private descriptor: number | undefined
  private segmentStart = 0
  private totalBytes = 0
  private hasKept = false
  private isEnded = false
  private isReading = false
  private retry: Timer | undefined

  constructor(private readonly options: JournalWriterOptions) {
    mkdirSync(options.folder, {recursive: true, mode: 0o700})
    this.begin()
  }

  /** Reads no more; what is there stays. */
  close(): void {
    if (!this.isEnded) this.reader?.close()
    this.isEnded = true
    this.retry?.cancel()
    this.closeSegment()
  }

  private begin(): void {
    const {folder, timers} = this.options
    if (existsSync(join(folder, JOURNAL_START_FILE))) {
      this.retry = timers.after(START_LOOK_MS, () => this.begin())
      return
    }
    this.resume()
    this.isEnded = this.hasEnded()
    if (!this.isEnded) this.open()
  }

  private open(): void {
    this.reader = this.options.open(() => this.read(), {byteCount: this.totalBytes, isKept: this.hasKept})
    // A reader that has something at once may not say so.
    this.readLater(0)
  }

  private resume(): void {
    const {folder} = this.options
    const last = Math.max(-1, ...readdirSync(folder).flatMap((name) => segmentOffset(name) ?? []))
    if (last === -1) return
    this.totalBytes = last + statSync(segmentPath(folder, last)).size
    this.hasKept = this.totalBytes > last
    if (this.hasKept) return
    // It has the name of the next one, and a reader may have opened it.
    this.segmentStart = last
    this.descriptor = openSync(segmentPath(folder, last), 'a')
  }

  /** Whether a process before has read the input to its end. One that ended with an error is tried again. */
  private hasEnded(): boolean {
    const path = join(this.options.folder, END_FILE)
    try {
      if (!('error' in JSON.parse(readFileSync(path, 'utf8')))) return true
      rmSync(path)
    } catch {}
    return false
  }

  /** One block; then the event loop has its turn. */
  private read(): void {
    if (this.isEnded || this.isReading || this.reader === undefined) return
    this.isReading = true
    try {
      this.readBlock(this.reader)
    } catch (error) {
      this.end(error)
    }
    this.isReading = false
  }

  private readBlock(reader: SplitReader): void {
    const read = this.isFull() ? 'full' : reader.read(this.block)
    if (read === 'full') this.readLater(FULL_LOOK_MS)
    else if (read === 'end') this.end(undefined)
    else if (read !== 'wait') {
      this.append(this.block.subarray(0, read))
      this.readLater(0)
    }
  }

  private readLater(delayMs: number): void {
    this.retry?.cancel()
    this.retry = this.options.timers.after(delayMs, () => this.read())
  }

  private isFull(): boolean {
    const {folder, maxBytes, segmentBytes = SEGMENT_BYTES} = this.options
    const most = Math.max(maxBytes, 2 * segmentBytes)
    if (this.totalBytes < most) return false
    const starts = readdirSync(folder).flatMap((name) => segmentOffset(name) ?? [])
    return this.totalBytes - Math.min(...starts) >= most
  }

  private append(bytes: Buffer): void {
    const {segmentBytes = SEGMENT_BYTES} = this.options
    if (this.totalBytes - this.segmentStart >= segmentBytes) this.closeSegment()
    if (this.descriptor === undefined) this.openSegment()
    for (let from = 0; from < bytes.length; ) from += writeSync(this.descriptor!, bytes, from)
    this.totalBytes += bytes.length
    this.hasKept = true
  }

  private openSegment(): void {
    this.segmentStart = this.totalBytes
    this.descriptor = openSync(segmentPath(this.options.folder, this.segmentStart), 'wx', 0o600)
  }

  private closeSegment(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
    this.descriptor = undefined
  }

  private end(thrown: unknown): void {
    this.close()
    const error = thrown === undefined ? {} : {error: FtsError.from(thrown).toData()}
    this.writeEnd({totalBytes: this.totalBytes, ...error})
  }

  /** On a full disk this is tried until there is room. */
  private writeEnd(end: JournalEnd): void {
    const path = join(this.options.folder, END_FILE)
    const {timers} = this.options
    try {
      writeFileSync(`${path}.part`, JSON.stringify({v: JOURNAL_VERSION, ...end}))
      renameSync(`${path}.part`, path)
      if (isWorthAnotherTry(end)) this.retry = timers.after(REOPEN_LOOK_MS, () => this.reopenIfWanted())
    } catch {
      this.retry = timers.after(END_RETRY_MS, () => this.writeEnd(end))
    }
  }

  private reopenIfWanted(): void {
    const {folder, timers} = this.options
    if (existsSync(join(folder, END_FILE))) {
      this.retry = timers.after(REOPEN_LOOK_MS, () => this.reopenIfWanted())
      return
    }
    this.isEnded = false
    this.open()
  }
}
