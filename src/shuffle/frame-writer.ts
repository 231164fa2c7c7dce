import {performance} from 'node:perf_hooks'
import {nextTick} from 'node:process'
import {Fifo} from './fifo.js'
import type {NetworkSegment} from './network-segment.js'
import type {ByteConnection} from './transport.js'

/** Most bytes that are handed to the transport and not yet taken; measured in the room's README. */
const WRITE_AHEAD_BYTES_MAX = 512 * 1024

/** Bytes that wait before they are written at once, and not at the end of the callback. */
const WRITE_BYTES_MIN = 64 * 1024

/** Where a writer finds what to send next. */
export interface FrameSource {
  /** Adds the next frame to the writer; false when there is none. */
  addNext(writer: FrameWriter): boolean
  /** Some of the time of a write, for the task whose data it was. */
  charge?(milliseconds: number): void
}

/** What one write holds until the transport has taken it. */
interface Write {
  readonly byteCount: number
  readonly segments: readonly NetworkSegment[]
}

/**
 * Gathers frames and hands them to the connection, a bounded number of bytes ahead of what the peer takes.
 *
 * At the bound, frames wait where they are (in subpartitions, within their limits), and the source is asked again when a write is
 * done: that is what bounds the memory and lets the source choose fairly at each turn. Little is written at the end of the event-loop
 * callback that made it, so that it leaves in one system call; much is written at once, so that the peer works on it meanwhile.
 */
export class FrameWriter {
  private readonly controlFrames: Uint8Array[] = []
  private readonly writes = new Fifo<Write>()
  private pieces: Uint8Array[] = []
  private pieceBytes = 0
  private segments: NetworkSegment[] = []
  private aheadBytes = 0
  private waitingBytes = 0
  private isScheduled = false
  private isPumping = false
  private isClosed = false
  private endsWhenEmpty = false

  constructor(
    private readonly connection: ByteConnection,
    private readonly source: FrameSource,
  ) {}

  /** Sends a frame ahead of all data. */
  send(frame: Uint8Array): void {
    this.controlFrames.push(frame)
    this.schedule(frame.byteLength)
  }

  /** There is something to send, of about so many bytes. */
  schedule(byteCount: number): void {
    if (this.isClosed) return
    this.waitingBytes += byteCount
    if (this.waitingBytes >= WRITE_BYTES_MIN && !this.isPumping) this.pump()
    if (this.isScheduled) return
    this.isScheduled = true
    nextTick(this.pumpLater)
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
    this.schedule(0)
  }

  /** The connection has closed: gives back what it did not take. */
  close(): void {
    this.isClosed = true
    this.controlFrames.length = 0
    for (let write = this.writes.shift(); write !== undefined; write = this.writes.shift()) release(write)
  }

  private readonly pumpLater = (): void => {
    this.isScheduled = false
    this.pump()
  }

  private pump(): void {
    if (this.isClosed) return
    this.isPumping = true
    this.waitingBytes = 0
    const beginMs = performance.now()
    for (const frame of this.controlFrames) this.add(frame)
    this.controlFrames.length = 0
    while (this.aheadBytes + this.pieceBytes < WRITE_AHEAD_BYTES_MAX && this.source.addNext(this));
    if (this.pieces.length > 0) {
      this.write()
      this.source.charge?.(performance.now() - beginMs)
    }
    this.isPumping = false
    if (this.endsWhenEmpty && this.aheadBytes === 0) this.connection.end()
  }

  private write(): void {
    const {pieces, pieceBytes, segments} = this
    this.pieces = []
    this.segments = []
    this.pieceBytes = 0
    this.aheadBytes += pieceBytes
    this.writes.push({byteCount: pieceBytes, segments})
    this.connection.write(pieces, this.written)
  }

  private readonly written = (): void => {
    const write = this.writes.shift()
    if (write === undefined || this.isClosed) return
    this.aheadBytes -= write.byteCount
    release(write)
    this.pump()
  }
}

function release(write: Write): void {
  for (const segment of write.segments) segment.release()
}
