import {crc32} from 'node:zlib'
import type {StateFileHandle} from '../core/index.js'
import type {Disk, DiskFile} from '../platform/index.js'
import {cannotWrite} from './file-errors.js'

/** Pieces are put together to writes of about this size: a write costs a trip to the thread pool. */
const WRITE_BYTES = 256 * 1024

/** One file of state that is being written, see StateFiles. */
export class StateFileWriter {
  readonly path: string
  private readonly temporaryPath: string
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private writingBytes = 0
  private sizeBytes = 0
  private checksum = 0
  private file: DiskFile | undefined
  private pump: Promise<void> | undefined
  private failure: {readonly error: unknown} | undefined
  private ended = false

  constructor(
    private readonly disk: Disk,
    folder: string,
    name: string,
  ) {
    this.path = `${folder}/${name}`
    this.temporaryPath = `${folder}/.${name}.part`
  }

  /** Bytes that are not on disk yet: whoever makes pieces stops for a while when they are too many. */
  get queuedBytes(): number {
    return this.waitingBytes + this.writingBytes
  }

  /** A write has failed; `close` will say how. */
  get hasFailed(): boolean {
    return this.failure !== undefined
  }

  /** Takes the bytes over: they must not be changed afterwards. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.failure !== undefined) return
    this.sizeBytes += bytes.length
    this.checksum = crc32(bytes, this.checksum)
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
    if (this.waitingBytes >= WRITE_BYTES) this.startPump()
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
    this.waiting = []
    this.waitingBytes = 0
    this.failure ??= {error: new Error('the file was abandoned')}
    await this.pump
    await this.removeAll()
  }

  private startPump(): void {
    this.pump ??= this.write()
  }

  /** Writes what waits until little does; runs at most once at a time. */
  private async write(): Promise<void> {
    // `pump` is set by now, also where nothing has to be waited for.
    await null
    try {
      this.file ??= await this.disk.create(this.temporaryPath)
      while (this.failure === undefined && (this.ended ? this.waitingBytes > 0 : this.waitingBytes >= WRITE_BYTES))
        await this.file.append(this.takeWaiting())
    } catch (error) {
      this.failure ??= {error}
      this.waiting = []
      this.waitingBytes = 0
    }
    this.writingBytes = 0
    this.pump = undefined
  }

  private takeWaiting(): Uint8Array {
    const bytes = this.waiting.length === 1 ? this.waiting[0] : Buffer.concat(this.waiting)
    this.waiting = []
    this.waitingBytes = 0
    this.writingBytes = bytes.length
    return bytes
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
