import {nextTick} from 'node:process'
import type {NetworkSegment} from './network-segment.js'
import type {ByteConnection} from './transport.js'

/** Most bytes handed to the transport at once; measured in the room's README. */
const WRITE_BYTES_MAX = 256 * 1024

/** Where a writer finds what to send next. */
export interface FrameSource {
  /** Adds the next frame to the writer; false when there is none. */
  addNext(writer: FrameWriter): boolean
  /** Some of the time of a write, for the task whose data it was. */
  charge?(milliseconds: number): void
}

/**
 * Gathers frames and hands them to the connection, one bounded write at a time.
 *
 * While a write is under way, frames wait where they are (in subpartitions, within their limits), and the source is asked again when it
 * is done: that is what bounds the memory and lets the source choose fairly at each turn. A write is begun at the end of the event-loop
 * callback in which something was first to be sent, so that what one callback makes leaves in one system call.
 */
export class FrameWriter {
  private readonly controlFrames: Uint8Array[] = []
  private pieces: Uint8Array[] = []
  private pieceBytes = 0
  private segments: NetworkSegment[] = []
  private isWriting = false
  private isScheduled = false
  private isClosed = false
  private endsWhenEmpty = false

  constructor(
    private readonly connection: ByteConnection,
    private readonly source: FrameSource,
  ) {}

  /** Sends a frame ahead of all data. */
  send(frame: Uint8Array): void {
    this.controlFrames.push(frame)
    this.schedule()
  }

  /** There is something to send. */
  schedule(): void {
    if (this.isScheduled || this.isWriting || this.isClosed) return
    this.isScheduled = true
    nextTick(this.pump)
  }

  /** For sources: adds bytes to the write; `segment`, if any, is released when they have left. */
  add(bytes: Uint8Array, segment?: NetworkSegment): void {
    this.pieces.push(bytes)
    this.pieceBytes += bytes.byteLength
    if (segment !== undefined) this.segments.push(segment)
  }

  /** Sends what is there, then closes the connection. */
  end(): void {
    this.endsWhenEmpty = true
    this.schedule()
  }

  /** The connection has closed: gives back what it did not take. */
  close(): void {
    this.isClosed = true
    this.releaseSegments()
    this.controlFrames.length = 0
  }

  private readonly pump = (): void => {
    this.isScheduled = false
    if (this.isWriting || this.isClosed) return
    const beginMs = performance.now()
    for (const frame of this.controlFrames) this.add(frame)
    this.controlFrames.length = 0
    while (this.pieceBytes < WRITE_BYTES_MAX && this.source.addNext(this));
    if (this.pieces.length > 0) {
      this.isWriting = true
      this.connection.write(this.pieces, this.written)
      this.source.charge?.(performance.now() - beginMs)
    } else if (this.endsWhenEmpty) {
      this.connection.end()
    }
  }

  private readonly written = (): void => {
    if (this.isClosed) return
    this.isWriting = false
    this.pieces = []
    this.pieceBytes = 0
    this.releaseSegments()
    this.pump()
  }

  private releaseSegments(): void {
    const {segments} = this
    if (segments.length === 0) return
    this.segments = []
    for (const segment of segments) segment.release()
  }
}
