import {type BatchSerializer, createBatchSerializer, NumberColumnWriter, TextColumnWriter} from '../../types/index.js'

const WRITERS_MAX = 256

/** What snapshots of one operator write with, one after the other: memory outside of the heap is dear to allocate (see WriteBuffers). */
export class SnapshotBuffers {
  readonly piece = new PieceBuffer()
  private readonly serializers: BatchSerializer[] = []
  private readonly texts: TextColumnWriter[] = []
  private readonly wideTexts: TextColumnWriter[] = []
  private readonly numbers: NumberColumnWriter[] = []

  take(channelName: string): BatchSerializer {
    const serializer = this.serializers.pop()
    if (serializer === undefined) return createBatchSerializer({channelName})
    serializer.restart(channelName)
    return serializer
  }

  takeTexts(isWide: boolean): TextColumnWriter {
    return (isWide ? this.wideTexts : this.texts).pop() ?? new TextColumnWriter(isWide)
  }

  giveTexts(texts: TextColumnWriter): void {
    texts.clear()
    giveTo(texts.isWide ? this.wideTexts : this.texts, texts)
  }

  takeNumbers(): NumberColumnWriter {
    return this.numbers.pop() ?? new NumberColumnWriter()
  }

  giveNumbers(numbers: NumberColumnWriter): void {
    numbers.clear()
    giveTo(this.numbers, numbers)
  }

  give(serializer: BatchSerializer): void {
    giveTo(this.serializers, serializer)
  }
}

function giveTo<W>(free: W[], writer: W): void {
  if (free.length < WRITERS_MAX) free.push(writer)
}

/** The bytes of one piece. */
class PieceBuffer {
  private bytes = new Uint8Array(4096)
  private length = 0

  /** Copies them. */
  add(more: Uint8Array): void {
    const needed = this.length + more.length
    if (needed > this.bytes.length) this.grow(needed)
    this.bytes.set(more, this.length)
    this.length = needed
  }

  get byteLength(): number {
    return this.length
  }

  /** Valid until the next `add`. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length)
    this.length = 0
    return taken
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}
