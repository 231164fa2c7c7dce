import type {Timer, Timers} from '../../../platform/index.js'
import type {SplitReader} from '../split-reader.js'
import {type NamedFile, namedFile, rotatedFiles} from './rotated-files.js'
import {TailedFile, type TailedFilePosition} from './tailed-file.js'

const LF = 0x0a

export interface TailOptions {
  readonly path: string
  /** Where to begin in the file that is there at first. */
  readonly from: 'beginning' | 'end'
  /** How often the file is looked at while there is nothing to read. */
  readonly pollIntervalMs: number
  /** How long a file that has lost its name to another is still looked at: its writer may not have noticed yet. */
  readonly rotateWaitMs: number
  /** Goes on where another reader of this path was; `from` does not count then. */
  readonly resumeAt?: TailPosition
}

export interface TailParts {
  readonly timers: Timers
  nowMs(): number
  wake(): void
  /** Says something that the user should know. */
  report(what: string): void
}

/** The files that were being read, oldest first. Plain data. */
export type TailPosition = readonly TailedFilePosition[]

/**
 * Reads a file that grows, line by line, whatever log rotation does with it, without losing or doubling a byte:
 *
 *   renamed, recreated   the old file is read to its end, and for a while longer, since its writer may still have it open
 *   copied, truncated    (copytruncate) what was not read before the cut is read from the copy; then from the start
 *   deleted              its rest is read; then the next file of that name is waited for
 *   not there yet        waited for
 *
 * Lines are never mixed: a file is left only between two lines. Truncation is noticed also if the file has grown beyond the old offset
 * since, by the bytes before the offset.
 */
export class TailReader implements SplitReader {
  readonly what: string
  progressBytes = 0
  /** Of what was given; the place in the files is `position`. */
  get offset(): number {
    return this.progressBytes
  }
  firstByte = 0
  /** Oldest first; the last one has the name. */
  private files: TailedFile[] = []
  private readonly alarm: Timer
  private readonly droppedIds = new Set<string>()
  private isLookDue = true
  private hasLooked = false

  constructor(
    private readonly options: TailOptions,
    private readonly parts: TailParts,
  ) {
    this.what = options.path
    if (options.resumeAt !== undefined) this.resume(options.resumeAt)
    this.alarm = parts.timers.every(options.pollIntervalMs, () => {
      this.isLookDue = true
      parts.wake()
    })
  }

  get position(): TailPosition {
    return this.files.map((file) => file.position)
  }

  read(target: Uint8Array): number | 'wait' {
    for (;;) {
      const byteCount = this.readAny(target)
      if (byteCount > 0) {
        this.progressBytes += byteCount
        return byteCount
      }
      if (!this.isLookDue) return 'wait'
      this.isLookDue = false
      this.look()
    }
  }

  close(): void {
    this.alarm.cancel()
    for (const file of this.files) file.close()
    this.files = []
  }

  private get current(): TailedFile | undefined {
    const last = this.files.at(-1)
    return last === undefined || last.supersededAtMs !== undefined ? undefined : last
  }

  /** A line that was begun is ended before another file has its turn. */
  private readAny(target: Uint8Array): number {
    const open = this.files.find(({isInLine}) => isInLine)
    if (open !== undefined) return this.readFile(open, target)
    const {current} = this
    if (current?.offset === 0) this.adoptUnseenCopies(current)
    for (const file of this.files) {
      const byteCount = this.readFile(file, target)
      if (byteCount > 0) return byteCount
    }
    return 0
  }

  private readFile(file: TailedFile, target: Uint8Array): number {
    const byteCount = file.read(target)
    if (byteCount > 0 || !this.isOver(file)) return byteCount
    const rest = this.readLast(file, target)
    if (rest === 0) this.drop(file)
    return rest
  }

  private isOver({isCopy, supersededAtMs}: TailedFile): boolean {
    // What came after the last file we know is found by that file.
    if (this.current === undefined) return false
    return isCopy || (supersededAtMs !== undefined && this.parts.nowMs() - supersededAtMs >= this.options.rotateWaitMs)
  }

  /** What a file ends with although no line end comes; it gets one, so that the next file's first line begins a line. */
  private readLast(file: TailedFile, target: Uint8Array): number {
    const byteCount = file.readRest(target)
    if (file.isCopy || byteCount > 0 || !file.isInLine) return byteCount
    file.isInLine = false
    target[0] = LF
    return 1
  }

  private drop(file: TailedFile): void {
    this.droppedIds.add(file.fileId)
    this.files = this.files.filter((other) => other !== file)
    file.close()
  }

  /** Finds out what has become of the name. */
  private look(): void {
    const {current} = this
    const named = namedFile(this.options.path)
    const isFirst = !this.hasLooked
    this.hasLooked = true
    if (named === undefined) return
    if (named.fileId !== current?.fileId) this.changeTo(named.fileId, isFirst && this.options.from === 'end')
    else if (current.isReplaced()) this.beginAgain(current)
  }

  /** Another file has the name. Those that had it for a moment in between are read, too. */
  private changeTo(fileId: string, skipsToEnd: boolean): void {
    const newest = this.files.at(-1)
    if (newest !== undefined) {
      newest.supersededAtMs ??= this.parts.nowMs()
      this.adoptLaterThan(newest.fileId, fileId)
    }
    const next = this.files.find((file) => file.fileId === fileId) ?? TailedFile.open(this.options.path)
    if (next === undefined) return
    if (skipsToEnd) {
      next.skipToEnd()
      this.firstByte = next.offset
    }
    next.supersededAtMs = undefined
    this.droppedIds.delete(fileId)
    this.putLast(next)
  }

  /** The file was cut off. What it had and we have not read is in the copy that was made before, if one was. */
  private beginAgain(file: TailedFile): void {
    this.files = this.files.filter((other) => other !== file)
    const copies = rotatedFiles(this.options.path).filter((other) => other.fileId !== file.fileId)
    const copy = copies.reverse().find(({path}) => this.tryAdoptCopy(path, file.position))
    if (copy !== undefined) this.adoptLaterThan(copy.fileId, file.fileId)
    file.restart()
    this.putLast(file)
  }

  /** Nothing was read of the file yet, so that no byte tells whether it was copied and cut off meanwhile: new neighbours do. */
  private adoptUnseenCopies(file: TailedFile): void {
    const known = new Set([...this.droppedIds, ...this.files.map(({fileId}) => fileId)])
    const unseen = rotatedFiles(this.options.path).filter(
      ({fileId, state}) => !known.has(fileId) && !file.rotatedBefore.has(state),
    )
    const hasName = namedFile(this.options.path)?.fileId === file.fileId
    if (unseen.length === 0 || !hasName) return
    for (const {path} of unseen) this.adopt(path)
    this.putLast(file)
  }

  /** As the file that has the name. */
  private putLast(file: TailedFile): void {
    this.files = [...this.files.filter((other) => other !== file), file]
    if (file.offset === 0) file.rotatedBefore = new Set(rotatedFiles(this.options.path).map(({state}) => state))
  }

  /** Finds the files of a position again, and those that came and went since. */
  private resume(position: TailPosition): void {
    const {path} = this.options
    this.hasLooked = true
    let newest: NamedFile | undefined
    for (const one of position) {
      const all = [...rotatedFiles(path), ...[namedFile(path) ?? []].flat()]
      const same = all.find(({fileId, path: candidate}) => fileId === one.fileId && this.tryAdoptSame(candidate, one))
      const found =
        same ?? (one.offset === 0 ? undefined : all.find((candidate) => this.tryAdoptCopy(candidate.path, one)))
      if (found === undefined)
        this.parts.report(`${path}: a file that was read to byte ${one.offset} is gone, its rest is lost`)
      else newest = found
    }
    if (newest !== undefined && newest.path !== path) this.adoptLaterThan(newest.fileId, namedFile(path)?.fileId)
  }

  /** Files that were rotated after this one was, which nobody has seen under the name. */
  private adoptLaterThan(fileId: string, currentId: string | undefined): void {
    const rotated = rotatedFiles(this.options.path)
    const index = rotated.findIndex((file) => file.fileId === fileId)
    if (index < 0) return
    const known = new Set([currentId, ...this.droppedIds, ...this.files.map((file) => file.fileId)])
    for (const later of rotated.slice(index + 1)) if (!known.has(later.fileId)) this.adopt(later.path)
  }

  private adopt(path: string): void {
    const file = TailedFile.open(path)
    if (file === undefined) return
    file.supersededAtMs = this.parts.nowMs()
    this.files.push(file)
  }

  private tryAdoptSame(path: string, position: TailedFilePosition): boolean {
    const file = this.tryOpenAt(path, position)
    if (file !== undefined && path !== this.options.path) file.supersededAtMs = this.parts.nowMs()
    return file !== undefined
  }

  private tryAdoptCopy(path: string, position: TailedFilePosition): boolean {
    const copy = this.tryOpenAt(path, position)
    if (copy === undefined) return false
    copy.isCopy = true
    copy.supersededAtMs = this.parts.nowMs()
    return true
  }

  private tryOpenAt(path: string, position: TailedFilePosition): TailedFile | undefined {
    const file = TailedFile.open(path)
    if (file?.tryResume(position) === true) {
      this.files.push(file)
      return file
    }
    file?.close()
    return undefined
  }
}
