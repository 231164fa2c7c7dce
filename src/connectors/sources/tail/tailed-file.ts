import {closeSync, fstatSync, openSync, readSync, type Stats} from 'node:fs'
import {fileReadError} from '../file-error.js'

const LF = 0x0a
/** Bytes by which a file is known again. */
const MARK_BYTES = 256

/** How far a file was read, and how it is known again: by its number, and by what stands at its beginning and before the offset. */
export interface TailedFilePosition {
  /** `<device>:<inode>`. */
  readonly fileId: string
  /** Everything before it was given; a line begins here, unless `isInLine`. */
  readonly offset: number
  readonly isInLine: boolean
  /** The file's first bytes, base64. */
  readonly head: string
  /** The bytes before the offset, base64. */
  readonly tail: string
  /** At offset 0, where no byte tells: the rotated files that were there when reading began. */
  readonly rotatedBefore: readonly string[]
}

/** One file that grows, or has grown, under an open descriptor: it keeps its identity through renames. */
export class TailedFile {
  readonly fileId: string
  offset = 0
  /** The last bytes given were not the end of a line. */
  isInLine = false
  /** When another file took its name, ms of the reader's clock. */
  supersededAtMs: number | undefined
  /** States of the rotated files that were there when reading of this one began, or began again. */
  rotatedBefore: ReadonlySet<string> = new Set()
  /** A copy that will not grow, whose line, if open, goes on in the next file. */
  isCopy = false
  private head: Buffer = Buffer.alloc(0)
  private tail: Buffer = Buffer.alloc(0)

  private constructor(
    readonly path: string,
    private readonly descriptor: number,
  ) {
    this.fileId = fileIdOf(fstatSync(descriptor))
  }

  /** Undefined where there is no such file (any more). */
  static open(path: string): TailedFile | undefined {
    try {
      return new TailedFile(path, openSync(path, 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw fileReadError(path, error)
    }
  }

  get sizeBytes(): number {
    return fstatSync(this.descriptor).size
  }

  get position(): TailedFilePosition {
    const {fileId, offset, isInLine, head, tail} = this
    const rotatedBefore = offset === 0 ? [...this.rotatedBefore] : []
    return {fileId, offset, isInLine, head: head.toString('base64'), tail: tail.toString('base64'), rotatedBefore}
  }

  /** Goes to the end; a line that is being written there is left out. */
  skipToEnd(): void {
    const {sizeBytes} = this
    const block = Buffer.alloc(64 * 1024)
    for (let end = sizeBytes; end > 0; ) {
      const from = Math.max(0, end - block.length)
      const byteCount = this.readAt(block, from, end - from)
      const lineEnd = block.subarray(0, byteCount).lastIndexOf(LF) + 1
      if (lineEnd > 0 || from === 0) {
        this.moveTo(from + lineEnd)
        return
      }
      end = from
    }
  }

  /** Goes on at a position of before, if this is the file it was taken from, or a copy of it. */
  tryResume({offset, isInLine, head, tail, rotatedBefore}: TailedFilePosition): boolean {
    const headBytes = Buffer.from(head, 'base64')
    const tailBytes = Buffer.from(tail, 'base64')
    if (this.sizeBytes < offset || !this.hasAt(0, headBytes) || !this.hasAt(offset - tailBytes.length, tailBytes))
      return false
    this.offset = offset
    this.isInLine = isInLine
    this.rotatedBefore = new Set(rotatedBefore)
    this.head = headBytes
    this.tail = tailBytes
    return true
  }

  /**
   * Gives the next whole lines, or the beginning of a line that does not fit into `target`. 0: nothing is complete yet, or the file is not what
   * it was (see `isReplaced`).
   */
  read(target: Uint8Array): number {
    const byteCount = this.readAt(target, this.offset, target.length)
    const lineEnd = Buffer.from(target.buffer, target.byteOffset, byteCount).lastIndexOf(LF) + 1
    const given = lineEnd > 0 || byteCount < target.length ? lineEnd : byteCount
    // What was read after the file was cut off and filled anew is not what follows the offset.
    if (given === 0 || this.isReplaced()) return 0
    this.advance(target.subarray(0, given), lineEnd === 0)
    return given
  }

  /** Gives the rest although it is no whole line. */
  readRest(target: Uint8Array): number {
    const byteCount = this.readAt(target, this.offset, target.length)
    if (byteCount > 0) this.advance(target.subarray(0, byteCount), target[byteCount - 1] !== LF)
    return byteCount
  }

  /** The file was cut off (and perhaps written anew): what was read is no longer in it. */
  isReplaced(): boolean {
    return this.sizeBytes < this.offset || !this.hasAt(this.offset - this.tail.length, this.tail)
  }

  /** Begins again at the start of the file. */
  restart(): void {
    this.offset = 0
    this.isInLine = false
    this.head = Buffer.alloc(0)
    this.tail = Buffer.alloc(0)
  }

  close(): void {
    closeSync(this.descriptor)
  }

  private moveTo(offset: number): void {
    this.offset = offset
    this.head = this.bytesAt(0, Math.min(offset, MARK_BYTES))
    const length = Math.min(offset, MARK_BYTES)
    this.tail = this.bytesAt(offset - length, length)
  }

  private advance(given: Uint8Array, isInLine: boolean): void {
    if (this.head.length < MARK_BYTES) this.head = Buffer.concat([this.head, given]).subarray(0, MARK_BYTES)
    const recent =
      given.length >= MARK_BYTES ? given.subarray(-MARK_BYTES) : Buffer.concat([this.tail, given]).subarray(-MARK_BYTES)
    this.tail = Buffer.from(recent)
    this.offset += given.length
    this.isInLine = isInLine
  }

  private hasAt(offset: number, bytes: Buffer): boolean {
    return bytes.length === 0 || this.bytesAt(offset, bytes.length).equals(bytes)
  }

  private bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, this.readAt(bytes, offset, length))
  }

  private readAt(target: Uint8Array, offset: number, length: number): number {
    try {
      return length === 0 ? 0 : readSync(this.descriptor, target, 0, length, offset)
    } catch (error) {
      throw fileReadError(this.path, error)
    }
  }
}

export function fileIdOf({dev, ino}: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}
