import {assert, type KeyGroupRange} from '../../core/index.js'
import type {ChangeTracker, RunningSnapshot} from './change-tracker.js'
import {epochOf, type Item, WRITTEN} from './item.js'
import {removalFormatOf, rowFormatOf} from './row-format.js'
import {type FileIndex, fileEnd, fileHeader, type StreamIndex} from './snapshot-file.js'
import type {SnapshotSource} from './snapshot-source.js'
import {StateStreams} from './state-streams.js'
import type {StreamWriter} from './stream-writer.js'

/** A stream with so much is written; so many of them at a time. */
const BLOCK_BYTES = 64 * 1024
const BLOCKS_PER_PIECE = 8
/** Streams of a state, at most: a restore at another parallelism reads those that it needs. */
const STREAMS_MAX = 32

export interface PiecesOptions {
  readonly tracker: ChangeTracker
  readonly running: RunningSnapshot
  readonly sources: readonly SnapshotSource[]
  readonly range: KeyGroupRange
  readonly maxParallelism: number
  readonly extra: unknown
  /** Items, or elements of lists and maps, that are worked on at a time. */
  readonly itemsPerPiece: number
}

/** Writes one snapshot: a file of keyed state, piece by piece, while the stream goes on. The format is on a page of the README. */
export class SnapshotPieces {
  private readonly inOrder: StreamWriter[] = []
  private readonly bucketSize: number
  private readonly writtenStamp: number
  private written: Uint8Array[] = []
  private offset = 0

  constructor(private readonly options: PiecesOptions) {
    const {keyGroupStart, keyGroupEndInclusive} = options.range
    this.bucketSize = Math.ceil((keyGroupEndInclusive - keyGroupStart + 1) / STREAMS_MAX)
    this.writtenStamp = (options.running.epoch * 4) | WRITTEN
  }

  *pieces(): Generator<Uint8Array, void> {
    this.add(fileHeader())
    const {sources} = this.options
    for (let state = 0; state < sources.length; state++) {
      yield* this.removals(state)
      yield* this.present(state)
    }
    for (const stream of this.inOrder) {
      if (!stream.hasRows) continue
      this.add(stream.block(this.offset))
      if (this.written.length >= BLOCKS_PER_PIECE) yield this.take()
    }
    this.add(fileEnd(this.index()))
    yield this.take()
  }

  private *removals(state: number): Generator<Uint8Array, void> {
    const source = this.options.sources[state]
    const streams = new StateStreams(state, source, removalFormatOf(source.meta), 'removed')
    for (const {removed} of this.changes(source)) {
      for (let i = 0; i < removed.length; ) {
        const end = Math.min(removed.length, i + this.options.itemsPerPiece)
        for (; i < end; i++) this.put(streams, removed[i], source.valueOf(removed[i]))
        yield this.takeOver()
      }
    }
  }

  private *present(state: number): Generator<Uint8Array, void> {
    const source = this.options.sources[state]
    const streams = new StateStreams(state, source, rowFormatOf(source.meta), 'present')
    const isFull = this.options.running.afterEpoch < 0
    if (isFull) yield* this.items(streams, source.items())
    else for (const {changed} of this.changes(source)) yield* this.items(streams, touchedAhead(changed))
    // Taking them takes a while, too.
    while (source.log.late.length > 0) yield* this.items(streams, source.log.late.splice(0).values())
  }

  private *items(streams: StateStreams, items: Iterator<Item, unknown>): Generator<Uint8Array, void> {
    const {source, format} = streams
    let left = this.options.itemsPerPiece
    for (let next = items.next(); next.done !== true; next = items.next()) {
      const item = next.value
      if (this.isTaken(item)) {
        const value = this.valueOf(source, item)
        const weight = format.weightOf(value)
        if (weight > this.options.itemsPerPiece) yield* this.large(streams, item)
        else {
          this.finished(item)
          this.put(streams, item, value)
          left -= weight
        }
      }
      if (--left > 0) continue
      left = this.options.itemsPerPiece
      yield this.takeOver()
    }
    yield this.takeOver()
  }

  /** A list or map that is too much for one piece. While it is written, the snapshot holds a copy, whose elements it shares. */
  private *large(streams: StateStreams, item: Item): Generator<Uint8Array, void> {
    const saved = streams.source.freeze(item)
    assert(saved !== undefined, 'a snapshot awaits what it has not written')
    const stream = this.streamOf(streams, item)
    const parts = streams.format.putInParts(saved.value, stream.columns, this.options.itemsPerPiece)
    for (let part = parts.next(); part.done !== true; part = parts.next()) {
      streams.putKey(stream, item)
      yield this.takeOver()
    }
    this.finished(item)
  }

  /** Whether the item is in the snapshot and has not been written. */
  private isTaken({stamp, saved}: Item): boolean {
    const {epoch} = this.options.running
    if (saved !== undefined && saved.epoch === epoch) return true
    return stamp >= 0 && epochOf(stamp) <= epoch && stamp !== this.writtenStamp
  }

  private valueOf(source: SnapshotSource, item: Item): unknown {
    const {saved} = item
    const isSaved = saved !== undefined && saved.epoch === this.options.running.epoch
    const value = isSaved ? saved.value : source.valueOf(item)
    return source.encode === undefined ? value : source.encode(value)
  }

  private finished(item: Item): void {
    item.saved = undefined
    if (item.stamp >= 0 && epochOf(item.stamp) <= this.options.running.epoch) item.stamp = this.writtenStamp
  }

  private put(streams: StateStreams, item: Item, value: unknown): void {
    const stream = this.streamOf(streams, item)
    streams.putKey(stream, item)
    streams.format.put(value, stream.columns)
  }

  private streamOf(streams: StateStreams, item: Item): StreamWriter {
    const {range} = this.options
    const bucket = Math.floor((item.keyGroup - range.keyGroupStart) / this.bucketSize)
    return streams.of(item)[bucket] ?? this.open(streams, item, bucket)
  }

  private open(streams: StateStreams, item: Item, bucket: number): StreamWriter {
    const {range} = this.options
    const keyGroupStart = range.keyGroupStart + bucket * this.bucketSize
    const keyGroupEndInclusive = Math.min(keyGroupStart + this.bucketSize - 1, range.keyGroupEndInclusive)
    const stream = streams.open(item, bucket, {keyGroupStart, keyGroupEndInclusive})
    this.inOrder.push(stream)
    return stream
  }

  /** Copies the rows that were put down; gives streams that have much to the file. */
  private takeOver(): Uint8Array {
    for (const stream of this.inOrder) {
      if (stream.keys.length > 0) stream.takeOver()
      if (stream.hasRows && this.written.length < BLOCKS_PER_PIECE && stream.byteLength > BLOCK_BYTES)
        this.add(stream.block(this.offset))
    }
    return this.take()
  }

  private changes(source: SnapshotSource) {
    const {afterEpoch, epoch} = this.options.running
    return afterEpoch < 0 ? [] : source.log.between(afterEpoch, epoch)
  }

  private add(bytes: Uint8Array): void {
    this.written.push(bytes)
    this.offset += bytes.length
  }

  private take(): Uint8Array {
    const {written} = this
    this.written = []
    return written.length === 1 ? written[0] : Buffer.concat(written)
  }

  private index(): FileIndex {
    const {maxParallelism, range, running, sources, extra} = this.options
    const streams: StreamIndex[] = this.inOrder.map((stream) => stream.index())
    const content = running.afterEpoch < 0 ? 'all' : 'changes'
    return {maxParallelism, ...range, content, states: sources.map(({meta}) => meta), streams, extra}
  }
}

/** Items that are looked at before they are worked on. */
const AHEAD = 64

/**
 * The items of a list, which lie anywhere in memory: so that the processor fetches many of them, and their keys, at a time, they are
 * looked at some time before they are given.
 */
function touchedAhead(items: readonly Item[]): Iterator<Item, unknown> {
  let next = 0
  let ahead = 0
  return {
    next() {
      if (next === ahead) {
        ahead = Math.min(items.length, next + AHEAD)
        touch(items, next, ahead)
      }
      return next < items.length ? {done: false, value: items[next++]} : {done: true, value: undefined}
    },
  }
}

/** The answer is of no use, but must not look so. */
export function touch(items: readonly Item[], from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += items[i].stamp
  for (let i = from; i < to; i++) {
    const {key} = items[i]
    if (typeof key === 'string') sum += key.length === 0 ? 1 : key.charCodeAt(0)
  }
  return sum
}
