import {assert, type KeyGroupRange} from '../../core/index.js'
import {NumberSnapshot} from '../numbers/number-snapshot.js'
import type {ChangeTracker, RunningSnapshot} from './change-tracker.js'
import {epochOf, type Item, WRITTEN} from './item.js'
import {KeyGroupBuckets} from './key-group-buckets.js'
import type {NoteList} from './note-list.js'
import {PlainStreams} from './plain-streams.js'
import {removalFormatOf, rowFormatOf} from './row-format.js'
import type {SnapshotBuffers} from './snapshot-buffers.js'
import {type FileIndex, fileEnd, fileHeader, type NamespacesLeft, type StreamIndex} from './snapshot-file.js'
import type {SnapshotSource, StoredRows} from './snapshot-source.js'
import type {SnapshotStream} from './snapshot-stream.js'
import {StateStreams} from './state-streams.js'
import type {StreamWriter} from './stream-writer.js'
import type {StreamsOptions} from './streams-options.js'

/** A stream with so much is written; at most so much at a time, but for the last block of it. */
const BLOCK_BYTES = 32 * 1024
const PIECE_BYTES = 512 * 1024

/** See StoredRows.itemCost. */
const STORED_ITEM_COST = 8
/** So many numbers off the heap take less time than one item. In smaller pieces a snapshot takes longer, and more of it is copied before a change. */
const NUMBERS_PER_ITEM = 8

export interface PiecesOptions {
  readonly tracker: ChangeTracker
  readonly running: RunningSnapshot
  readonly sources: readonly SnapshotSource[]
  readonly range: KeyGroupRange
  readonly maxParallelism: number
  readonly extra: unknown
  /** Items, or elements of lists and maps, that are worked on at a time. */
  readonly itemsPerPiece: number
  readonly buffers: SnapshotBuffers
}

/**
 * Writes one snapshot: a file of keyed state, piece by piece, while the stream goes on. The format is on a page of the README.
 *
 * A piece is valid until the next is asked for.
 */
export class SnapshotPieces {
  private readonly inOrder: SnapshotStream[] = []
  private readonly present: readonly StateStreams[]
  private readonly numbers: readonly (NumberSnapshot | undefined)[]
  private readonly buckets: KeyGroupBuckets
  private readonly writtenStamp: number
  private left: readonly NamespacesLeft[] = []
  /** Bytes of the pieces that were given. */
  private offset = 0

  constructor(private readonly options: PiecesOptions) {
    const {range, running, sources} = options
    this.buckets = new KeyGroupBuckets(range)
    this.writtenStamp = (running.epoch * 4) | WRITTEN
    this.present = sources.map((source, state) => {
      const streams = new StateStreams(state, source, rowFormatOf(source.meta), 'present')
      source.log.writeNow = (item, value) => this.putNow(streams, item, value)
      return streams
    })
    this.numbers = sources.map(({numbers}, state) =>
      numbers === undefined ? undefined : new NumberSnapshot(numbers, running, this.streamsOf(state)),
    )
  }

  *pieces(): Generator<Uint8Array, void> {
    this.left = this.namespacesLeft()
    this.add(fileHeader({hasLeft: this.left.length > 0}))
    for (let state = 0; state < this.present.length; state++) {
      const {stored} = this.options.sources[state]
      if (stored !== undefined) yield* this.stored(state, stored)
      else {
        yield* this.removals(state)
        yield* this.presents(this.present[state])
        yield* this.numbersOf(state)
      }
    }
    for (const stream of this.inOrder) {
      // Put down at once by what was removed since, where no item of the state was left to follow.
      stream.takeOver()
      if (!stream.hasRows) continue
      stream.writeBlock(this.offset)
      if (this.isPieceFull) yield this.take()
    }
    this.add(fileEnd(this.index()))
    yield this.take()
  }

  /** Whether it came to its end or not: no item is put into it any more, and its buffers are free for the next. */
  release(): void {
    for (const {log} of this.options.sources) log.writeNow = undefined
    for (const numbers of this.numbers) numbers?.release()
    for (const stream of this.inOrder) stream.release()
    this.inOrder.length = 0
  }

  private streamsOf(state: number): StreamsOptions {
    const {maxParallelism, buffers} = this.options
    return {state, buckets: this.buckets, maxParallelism, buffers, onOpen: (stream) => void this.inOrder.push(stream)}
  }

  private *numbersOf(state: number): Generator<Uint8Array, void> {
    const numbersMax = NUMBERS_PER_ITEM * this.options.itemsPerPiece
    for (const _ of this.numbers[state]?.steps(numbersMax) ?? []) yield this.takeOver()
  }

  private *removals(state: number): Generator<Uint8Array, void> {
    const source = this.options.sources[state]
    const streams = new StateStreams(state, source, removalFormatOf(source.meta), 'removed')
    for (const {removed} of this.changes(source)) {
      for (const {items, count} of removed.chunks()) {
        for (let i = 0; i < count; ) {
          const end = Math.min(count, i + this.options.itemsPerPiece)
          for (; i < end; i++) this.put(streams, items[i], source.valueOf(items[i]))
          yield this.takeOver()
        }
      }
    }
  }

  private *stored(state: number, rows: StoredRows): Generator<Uint8Array, void> {
    const {itemsPerPiece, sources} = this.options
    const removed = new StateStreams(state, sources[state], removalFormatOf(sources[state].meta), 'removed')
    const present = this.present[state]
    const countMax = Math.ceil(itemsPerPiece / (rows.itemCost ?? STORED_ITEM_COST))
    for (const items of rows.read(countMax, new PlainStreams(this.streamsOf(state)))) {
      for (const item of items) {
        if (item.isGone) this.put(removed, item, undefined)
        else if (present.format.weightOf(item.value) > itemsPerPiece) yield* this.large(present, item)
        else this.put(present, item, item.value)
      }
      yield this.takeOver()
    }
  }

  private *presents(streams: StateStreams): Generator<Uint8Array, void> {
    const {source} = streams
    if (this.options.running.afterEpoch < 0) yield* this.all(streams)
    else for (const {changed} of this.changes(source)) yield* this.changed(streams, changed)
    // Taking them takes a while, too.
    for (let late = source.log.late.splice(0); late.length > 0; late = source.log.late.splice(0))
      yield* this.items(streams, late, late.length)
  }

  private *all(streams: StateStreams): Generator<Uint8Array, void> {
    const items = streams.source.items()
    const some: Item[] = []
    for (let next = items.next(); next.done !== true; next = items.next()) {
      some.push(next.value)
      if (some.length < this.options.itemsPerPiece) continue
      yield* this.items(streams, some, some.length)
      some.length = 0
    }
    yield* this.items(streams, some, some.length)
  }

  private *changed(streams: StateStreams, changed: NoteList<Item>): Generator<Uint8Array, void> {
    for (const {items, count} of changed.chunks()) yield* this.items(streams, items, count)
  }

  /** Writes the first `count` of `items`. */
  private *items(streams: StateStreams, items: readonly Item[], count: number): Generator<Uint8Array, void> {
    for (let from = 0; from < count; ) {
      from = this.putSome(streams, items, from, count)
      yield this.takeOver()
      const large = from < count ? items[from] : undefined
      if (large === undefined || !this.isLarge(streams, large)) continue
      yield* this.large(streams, large)
      from += 1
    }
  }

  /** Puts down so many items as are worked on at a time; answers the first that it has not: it may be a large one. */
  private putSome(streams: StateStreams, items: readonly Item[], from: number, to: number): number {
    const {source, format} = streams
    let left = this.options.itemsPerPiece
    let ahead = from
    for (let i = from; i < to; i++) {
      if (left <= 0) return i
      if (i === ahead) {
        ahead = Math.min(to, i + AHEAD)
        touch(items, i, ahead)
      }
      left -= 1
      const item = items[i]
      if (!this.isTaken(item)) continue
      const value = this.valueOf(source, item)
      const weight = format.weightOf(value)
      if (weight > this.options.itemsPerPiece) return i
      this.finished(item)
      this.put(streams, item, value)
      left -= weight
    }
    return to
  }

  private isLarge({source, format}: StateStreams, item: Item): boolean {
    return this.isTaken(item) && format.weightOf(this.valueOf(source, item)) > this.options.itemsPerPiece
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
    const bucket = this.buckets.of(item.keyGroup)
    return streams.of(item)[bucket] ?? this.open(streams, item, bucket)
  }

  private open(streams: StateStreams, item: Item, bucket: number): StreamWriter {
    const stream = streams.open(item, bucket, {...this.buckets.rangeOf(bucket), buffers: this.options.buffers})
    this.inOrder.push(stream)
    return stream
  }

  /** See ChangeLog.writeNow. */
  private putNow(streams: StateStreams, item: Item, value: unknown): void {
    const {encode} = streams.source
    this.finished(item)
    this.put(streams, item, encode === undefined ? value : streams.source.encode?.(value))
  }

  /** Copies the rows that were put down; gives streams that have much to the file. */
  private takeOver(): Uint8Array {
    for (const stream of this.inOrder) {
      stream.takeOver()
      if (stream.hasRows && !this.isPieceFull && stream.byteLength > BLOCK_BYTES) stream.writeBlock(this.offset)
    }
    return this.take()
  }

  private changes(source: SnapshotSource) {
    const {afterEpoch, epoch} = this.options.running
    return afterEpoch < 0 ? [] : source.log.between(afterEpoch, epoch)
  }

  private get isPieceFull(): boolean {
    return this.options.buffers.piece.byteLength >= PIECE_BYTES
  }

  private add(bytes: Uint8Array): void {
    this.options.buffers.piece.add(bytes)
  }

  private take(): Uint8Array {
    const bytes = this.options.buffers.piece.take()
    this.offset += bytes.length
    return bytes
  }

  private index(): FileIndex {
    const {maxParallelism, range, running, sources, extra} = this.options
    const streams: StreamIndex[] = this.inOrder.map((stream) => stream.index())
    const content = running.afterEpoch < 0 ? 'all' : 'changes'
    const left = this.left.length > 0 ? {left: this.left} : {}
    return {maxParallelism, ...range, content, states: sources.map(({meta}) => meta), streams, ...left, extra}
  }

  /** Nobody has to be told that there are none where there were none before. */
  private namespacesLeft(): readonly NamespacesLeft[] {
    const {sources, running} = this.options
    return sources.flatMap(({stored}, state) => {
      const namespaces = stored?.namespacesLeft?.()
      return namespaces === undefined || (namespaces.length === 0 && running.afterEpoch < 0)
        ? []
        : [{state, namespaces}]
    })
  }
}

/**
 * Items that are looked at before they are worked on: they lie anywhere in memory, and so the processor fetches many of them, and their
 * keys, at a time.
 */
const AHEAD = 64

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
