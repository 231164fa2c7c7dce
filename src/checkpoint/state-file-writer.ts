import type {StateFileHandle} from '../core/index.js'
import type {Disk, DiskFile} from '../platform/index.js'
import {crc32} from './crc32.js'
import {cannotWrite} from './file-errors.js'
import type {WriteBuffers} from './write-buffers.js'

/** One file of state that is being written, see StateFiles. */
export class StateFileWriter {
  readonly path: string
  private readonly temporaryPath: string
  /** Full buffers. */
  private waiting: Uint8Array[] = []
  private filling: Uint8Array | undefined
  private filledBytes = 0
  private writingBytes = 0
  private sizeBytes = 0
  private checksum = 0
  private file: DiskFile | undefined
  private pump: Promise<void> | undefined
  private failure: {readonly error: unknown} | undefined
  private ended = false

  constructor(
    private readonly disk: Disk,
    private readonly buffers: WriteBuffers,
    folder: string,
    name: string,
  ) {
    this.path = `${folder}/${name}`
    this.temporaryPath = `${folder}/.${name}.part`
  }

  /** Bytes that are not on disk yet: whoever makes pieces stops for a while when they are too many. */
  get queuedBytes(): number {
    const waitingBytes = this.waiting.reduce((sum, {length}) => sum + length, 0)
    return waitingBytes + this.filledBytes + this.writingBytes
  }

  /** A write has failed; `close` will say how. */
  get hasFailed(): boolean {
    return this.failure !== undefined
  }

  /** Copies the bytes. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.failure !== undefined) return
    this.sizeBytes += bytes.length
    this.checksum = crc32(bytes, this.checksum)
    for (let from = 0; from < bytes.length; ) from += this.fill(bytes, from)
    if (this.waiting.length > 0) this.startPump()
  }

  /** Completes the file. After a failure nothing is left of it. */
  async close(): Promise<StateFileHandle> {
    this.ended = true
    this.startPump()
    try {
      await this.pump
      if (this.failure !== undefined) throw this.failure.error
      await this.file?.sync()
      await this.closeFile()
      await this.disk.rename(this.temporaryPath, this.path)
    } catch (error) {
      await this.removeAll()
      throw cannotWrite(this.path, error)
    }
    return {path: this.path, sizeBytes: this.sizeBytes, crc32: this.checksum}
  }

  /** The file is not wanted any more. Never fails; settles when it is gone. */
  async abandon(): Promise<void> {
    this.failure ??= {error: new Error('the file was abandoned')}
    this.dropWaiting()
    await this.pump
    await this.removeAll()
  }

  private startPump(): void {
    this.pump ??= this.write()
  }

  /** Copies as much as fits into the buffer at hand; answers how much that was. */
  private fill(bytes: Uint8Array, from: number): number {
    const buffer = (this.filling ??= this.buffers.take())
    const count = Math.min(bytes.length - from, buffer.length - this.filledBytes)
    buffer.set(bytes.subarray(from, from + count), this.filledBytes)
    this.filledBytes += count
    if (this.filledBytes === buffer.length) this.queueFilled(buffer)
    return count
  }

  private queueFilled(buffer: Uint8Array): void {
    this.waiting.push(buffer)
    this.filling = undefined
    this.filledBytes = 0
  }

  /** Writes full buffers, and at the end the last one; runs at most once at a time. */
  private async write(): Promise<void> {
    // `pump` is set by now, also where nothing has to be waited for.
    await null
    try {
      this.file ??= await this.disk.create(this.temporaryPath)
      for (let next = this.takeNext(); next !== undefined; next = this.takeNext()) await this.writeOne(this.file, next)
    } catch (error) {
      this.failure ??= {error}
      this.dropWaiting()
    }
    this.writingBytes = 0
    this.pump = undefined
  }

  private async writeOne(file: DiskFile, bytes: Uint8Array): Promise<void> {
    this.writingBytes = bytes.length
    await file.append(bytes)
    this.giveBack(bytes)
  }

  private takeNext(): Uint8Array | undefined {
    if (this.failure !== undefined) return undefined
    const full = this.waiting.shift()
    if (full !== undefined || !this.ended || this.filling === undefined) return full
    const last = this.filling.subarray(0, this.filledBytes)
    this.filling = undefined
    this.filledBytes = 0
    return last
  }

  private dropWaiting(): void {
    for (const buffer of this.waiting) this.buffers.give(buffer)
    if (this.filling !== undefined) this.buffers.give(this.filling)
    this.waiting = []
    this.filling = undefined
    this.filledBytes = 0
  }

  private giveBack(written: Uint8Array): void {
    this.buffers.give(new Uint8Array(written.buffer))
  }

  private async closeFile(): Promise<void> {
    const {file} = this
    this.file = undefined
    await file?.close()
  }

  /** What cannot be removed is swept with its folder. */
  private async removeAll(): Promise<void> {
    await this.closeFile().catch(() => {})
    await this.disk.remove(this.temporaryPath).catch(() => {})
  }
}
