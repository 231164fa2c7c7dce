import {
  closeSync,
  existsSync,
  type FSWatcher,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {FtsError, JOURNAL_START_FILE} from '../../core/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import type {SplitReader} from '../sources/split-reader.js'
import {END_FILE, isWorthAnotherTry, type JournalEnd, segmentOffset, segmentPath} from './journal-files.js'

/** Should the system's notices fail us, the journal is looked at so often. */
const LOOK_PERIOD_MS = 100

export interface JournalReaderOptions {
  readonly folder: string
  /** What the journal is of, for messages. */
  readonly what: string
  /** Default: 0. */
  readonly resumeAt?: number
  /** An earlier run has left it: it ends where it ends, and stays as it is. */
  readonly isLeft?: boolean
  readonly timers: Timers
  wake(): void
}

/**
 * Reads a journal from any offset that it still has, and follows it until it ends. One that ended because its input broke is asked to go on: whoever
 * reads again wants more.
 *
 * Errors   the input's own; `fatal` FTS_JOURNAL_DAMAGED.
 */
export class JournalReader implements SplitReader {
  readonly what: string
  offset: number
  private segmentStart = -1
  private descriptor: number | undefined
  private watcher: FSWatcher | undefined
  private readonly alarm: Timer | undefined

  constructor(private readonly options: JournalReaderOptions) {
    this.what = options.what
    this.offset = options.resumeAt ?? 0
    if (options.isLeft === true) return
    this.sayStart()
    this.askForMore()
    this.alarm = options.timers.every(LOOK_PERIOD_MS, () => {
      if (this.watcher === undefined) this.listen()
      options.wake()
    })
    this.listen()
  }

  get progressBytes(): number {
    return this.offset
  }

  read(target: Uint8Array): number | 'wait' | 'end' {
    for (;;) {
      // Looked at first: what was written before the end must not be missed.
      const end = this.end()
      const byteCount = this.readSegment(target)
      if (byteCount > 0) return byteCount
      if (this.tryNextSegment()) continue
      if (this.options.isLeft === true) return 'end'
      if (end === undefined || this.offset < end.totalBytes) return 'wait'
      if (end.error !== undefined) throw FtsError.fromData(end.error)
      return 'end'
    }
  }

  /** Removes the segments that end before the offset. */
  forgetBefore(offset: number): void {
    if (this.options.isLeft === true) return
    const starts = segmentsIn(this.options.folder)
    starts.forEach((start, index) => {
      const next = starts.at(index + 1)
      if (next !== undefined && next <= offset) rmSync(segmentPath(this.options.folder, start), {force: true})
    })
  }

  close(): void {
    this.alarm?.cancel()
    this.watcher?.close()
    this.closeSegment()
  }

  /** A journal that goes on with an earlier one has what is read next, or begins with it: the earlier one may be gone, in part or as a whole. */
  private sayStart(): void {
    const {folder} = this.options
    const start = join(folder, JOURNAL_START_FILE)
    if (!existsSync(start)) return
    const segments = segmentsIn(folder)
    if (!this.isCovered(segments)) {
      for (const segment of segments) rmSync(segmentPath(folder, segment))
      writeFileSync(segmentPath(folder, this.offset), '')
    }
    rmSync(start)
  }

  private isCovered(segments: readonly number[]): boolean {
    const [first, last] = [segments.at(0), segments.at(-1)]
    if (first === undefined || last === undefined || first > this.offset) return false
    return last + statSync(segmentPath(this.options.folder, last)).size >= this.offset
  }

  private askForMore(): void {
    const end = this.end()
    if (end !== undefined && isWorthAnotherTry(end)) rmSync(join(this.options.folder, END_FILE), {force: true})
  }

  private readSegment(target: Uint8Array): number {
    if (this.descriptor === undefined && !this.tryOpen()) return 0
    const byteCount = readSync(this.descriptor!, target, 0, target.length, this.offset - this.segmentStart)
    this.offset += byteCount
    return byteCount
  }

  /** The segment that has the offset. */
  private tryOpen(): boolean {
    const starts = segmentsIn(this.options.folder)
    const start = starts.findLast((one) => one <= this.offset)
    if (start === undefined && starts.length > 0 && this.options.isLeft !== true) throw this.damaged()
    if (start === undefined) return false
    this.descriptor = openSync(segmentPath(this.options.folder, start), 'r')
    this.segmentStart = start
    return true
  }

  /** A segment is left when there is one that begins where it ends. */
  private tryNextSegment(): boolean {
    if (this.descriptor === undefined || this.offset === this.segmentStart) return false
    if (!segmentsIn(this.options.folder).includes(this.offset)) return false
    this.closeSegment()
    return true
  }

  private closeSegment(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
    this.descriptor = undefined
  }

  private end(): JournalEnd | undefined {
    try {
      return JSON.parse(readFileSync(join(this.options.folder, END_FILE), 'utf8')) as JournalEnd
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  private listen(): void {
    const {folder, wake} = this.options
    try {
      this.watcher = watch(folder, {persistent: false}, () => wake())
      // Out of watches, or a file system without them: there is the alarm.
      this.watcher.on('error', () => {})
    } catch {}
  }

  private damaged(): FtsError {
    const {folder, what} = this.options
    return new FtsError(
      'fatal',
      'FTS_JOURNAL_DAMAGED',
      `the journal of ${what} in ${folder} does not have byte ${this.offset} any more`,
      {folder, offset: this.offset},
      {tryThis: 'Run the job again from its beginning; somebody has removed files there.'},
    )
  }
}

/** Offsets of the segments, ascending. */
function segmentsIn(folder: string): readonly number[] {
  return readdirSync(folder)
    .flatMap((name) => segmentOffset(name) ?? [])
    .sort((a, b) => a - b)
}
