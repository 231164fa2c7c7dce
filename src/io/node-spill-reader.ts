import {assert} from '../core/index.js'
import type {SpillReader, SpillReaderOptions} from './io-manager.js'
import type {NodeSpillFile} from './node-spill-file.js'
import {spillFailed} from './spill-failed.js'

/**
 * Reads a finished file, or a part of one that is written up to the part's end. While the caller works on one block, the next is being read into the other buffer.
 *
 *   buffers   [ given out ][ being read ]  ─ next() ─▶  [ being read ][ given out ]
 */
export class NodeSpillReader implements SpillReader {
  private ahead: Uint8Array
  private given: Uint8Array
  private position: number
  private readonly endBytes: number
  /** Length of the block in `ahead`: -1 while it is being read. */
  private aheadLength = 0
  private error: Error | undefined
  private isAwaited = false
  private isClosed = false

  constructor(
    private readonly file: NodeSpillFile,
    private readonly options: SpillReaderOptions,
  ) {
    const {fromBytes, endBytes} = options.part ?? {fromBytes: 0, endBytes: file.sizeBytes}
    assert(file.isReadableUpTo(endBytes), 'a spill file is written before it is read', {path: file.path})
    this.position = fromBytes
    this.endBytes = endBytes
    const sizeBytes = endBytes - fromBytes
    const blockBytes = Math.min(options.blockSizeBytes, sizeBytes)
    this.ahead = new Uint8Array(blockBytes)
    this.given = new Uint8Array(Math.min(blockBytes, sizeBytes - blockBytes))
    this.readAhead()
  }

  next(): Uint8Array | 'pending' | 'end' {
    if (this.error !== undefined) throw this.error
    if (this.aheadLength < 0) {
      this.isAwaited = true
      return 'pending'
    }
    if (this.aheadLength === 0) return 'end'
    const block = this.ahead.subarray(0, this.aheadLength)
    const {given} = this
    this.given = this.ahead
    this.ahead = given
    this.readAhead()
    return block
  }

  /** The file stays: it is deleted by `delete` or with its owner. */
  close(): void {
    this.isClosed = true
    this.aheadLength = 0
  }

  private readAhead(): void {
    const {file, position} = this
    const length = Math.min(this.options.blockSizeBytes, this.endBytes - position)
    this.aheadLength = 0
    if (length === 0 || this.isClosed) return
    this.aheadLength = -1
    file.file.read({buffer: this.ahead, offset: 0, length, position}, (error) => {
      if (this.isClosed) return
      this.aheadLength = length
      this.position += length
      if (error !== undefined) this.fail(error, length, position)
      if (!this.isAwaited) return
      this.isAwaited = false
      this.options.wake()
    })
  }

  private fail(cause: Error, length: number, position: number): void {
    const {path, owner, sizeBytes} = this.file
    const failed = `cannot read ${length} bytes at ${position} from`
    this.error = spillFailed({failed, path, owner, sizeBytes}, cause)
  }
}
