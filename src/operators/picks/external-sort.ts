import {getHeapStatistics} from 'node:v8'
import type {SpillFile} from '../../io/index.js'
import {encodeValue} from '../../types/index.js'
import type {OperatorContext} from '../operator.js'
import {RecordRunReader} from '../spill/record-run-reader.js'
import {RecordRunWriter} from '../spill/record-run-writer.js'
import type {SpillParts} from '../spill/spill-parts.js'
import type {Steps} from '../steps.js'
import type {HeldRecord} from './held-record.js'

/** Stands in a sequence of records for: ask again after `wake`. */
export const WAITS = Symbol('waits')

/** One record of so many is encoded, to estimate what all of them need. */
const SAMPLE_EVERY = 64
/** As objects in the heap records are three to five times as large as encoded. */
const HEAP_FACTOR = 5
const HEAP_OVERHEAD_BYTES = 64
/** For records that cannot be encoded, which is no harm as long as they have room in memory. */
const UNKNOWN_BYTES = 1024
/**
 * Records are objects in the thread's heap, which may be smaller than managed memory: of what is free there, so much may be theirs. (Sorting and the
 * frames of a merge need some, and what was let go is free only after a collection.)
 */
const HEAP_SHARE = 1 / 3
const RESERVED_AT_ONCE_BYTES = 1024 * 1024
/** Runs that are read at once; each has two blocks and a frame in memory. */
export const RUNS_MERGED_MAX = 32
const BLOCK_BYTES = 64 * 1024

interface Ranked<T> extends HeldRecord<T> {
  readonly rank: unknown
}

export interface ExternalSortOptions<T> {
  rankOf(value: T): unknown
  compare(a: unknown, b: unknown): number
  /** Keeps all in memory, whatever the budget: a checkpoint may ask for it. */
  readonly neverSpills: boolean
}

/**
 * Sorts more records than there is memory for: what has no room any more in the slot's managed memory, or in its heap, is written as a sorted run.
 * Stable.
 *
 *   keep* ─▶ hasRoom? ─ no ─▶ spill ─▶ keep* …  ─▶ sorted
 *
 * Source   Knuth, TAOCP vol. 3, 5.4.1 (balanced merging).
 */
export class ExternalSort<T> {
  private kept: Ranked<T>[] = []
  private runs: SpillFile[] = []
  private readonly readers = new Set<RecordRunReader>()
  private readonly parts: SpillParts
  private sampledBytes = 0
  private estimatedBytes = 0
  private reservedBytes = 0
  private readonly heapBytesMax: number

  constructor(
    private readonly options: ExternalSortOptions<T>,
    private readonly context: OperatorContext,
  ) {
    const {io, operatorName: owner, metrics} = context
    const {heap_size_limit: limit, used_heap_size: used} = getHeapStatistics()
    this.heapBytesMax = (limit - used) * HEAP_SHARE
    this.parts = {io, owner, metrics, wake: () => context.wake()}
  }

  keep({value, timestampMs}: HeldRecord<T>): void {
    if (this.kept.length % SAMPLE_EVERY === 0) this.sampledBytes = heapBytesOf(value)
    this.estimatedBytes += this.sampledBytes
    this.kept.push({value, timestampMs, rank: this.options.rankOf(value)})
  }

  /** What is in memory, in the order in which it came. */
  get inMemory(): readonly HeldRecord<T>[] {
    return this.kept.map(({value, timestampMs}) => ({value, timestampMs}))
  }

  /** Whether what is kept has room in memory. */
  hasRoom(): boolean {
    if (this.options.neverSpills) return true
    if (this.estimatedBytes > this.heapBytesMax) return false
    const {memory, operatorName, metrics} = this.context
    while (this.reservedBytes < this.estimatedBytes) {
      if (!memory.tryReserve(operatorName, RESERVED_AT_ONCE_BYTES)) return false
      this.reservedBytes += RESERVED_AT_ONCE_BYTES
      metrics.add('managedMemoryBytes', RESERVED_AT_ONCE_BYTES)
    }
    return true
  }

  /** Writes what is in memory as a run. */
  *spill(): Steps {
    const writer = new RecordRunWriter(this.parts)
    for (const record of this.sortedInMemory()) yield* writer.write(record)
    this.kept = []
    this.runs.push(yield* writer.finish())
    this.release()
  }

  /** All records in order; nothing is kept any more. */
  *sorted(): Generator<HeldRecord<T> | typeof WAITS, void> {
    while (this.runs.length >= RUNS_MERGED_MAX) yield* this.mergeSome()
    const last = this.sortedInMemory()
    if (this.runs.length === 0) yield* last
    else yield* this.merged(this.runs, last)
    this.kept = []
  }

  /** Closes what is open; files are deleted with their owner. */
  close(): void {
    for (const reader of this.readers) reader.close()
    this.readers.clear()
    this.kept = []
    this.release()
  }

  private release(): void {
    this.context.memory.releaseReserved(this.context.operatorName, this.reservedBytes)
    this.context.metrics.add('managedMemoryBytes', -this.reservedBytes)
    this.reservedBytes = 0
    this.estimatedBytes = 0
  }

  private sortedInMemory(): readonly Ranked<T>[] {
    const {compare} = this.options
    return this.kept.sort((a, b) => compare(a.rank, b.rank))
  }

  /** The first runs become one, which stays the first: equal records keep their order. */
  private *mergeSome(): Generator<typeof WAITS, void> {
    const some = this.runs.splice(0, RUNS_MERGED_MAX)
    const writer = new RecordRunWriter(this.parts)
    for (const record of this.merged(some, [])) {
      if (record === WAITS) yield WAITS
      else yield* waiting(writer.write(record))
    }
    this.runs.unshift(yield* waiting(writer.finish()))
  }

  private *merged(
    runs: readonly SpillFile[],
    last: readonly Ranked<T>[],
  ): Generator<HeldRecord<T> | typeof WAITS, void> {
    const readers = runs.map((run) => this.open(run))
    const inputs = [...readers.map((reader) => () => this.ranked(reader.next())), inputOf(last)]
    yield* this.mergedInputs(inputs)
    for (const reader of readers) {
      reader.close()
      this.readers.delete(reader)
    }
    for (const run of runs) run.delete()
  }

  private *mergedInputs(inputs: readonly Input<T>[]): Generator<HeldRecord<T> | typeof WAITS, void> {
    const heads: Ranked<T>[] = []
    /** A heap of the inputs that have a head: the least first. */
    const heap: number[] = []
    const {compare} = this.options
    const isBefore = (a: number, b: number) => (compare(heads[a].rank, heads[b].rank) || a - b) < 0
    for (const [index, input] of inputs.entries()) {
      let head = input()
      for (; head === 'pending'; head = input()) yield WAITS
      if (head === 'end') continue
      heads[index] = head
      heap.push(index)
      siftUp(heap, isBefore)
    }
    while (heap.length > 0) {
      const [first] = heap
      yield heads[first]
      let head = inputs[first]()
      for (; head === 'pending'; head = inputs[first]()) yield WAITS
      if (head === 'end') removeFirst(heap)
      else heads[first] = head
      siftDown(heap, isBefore)
    }
  }

  private open(run: SpillFile): RecordRunReader {
    const {io, wake} = this.parts
    const reader = new RecordRunReader(io.openReader(run, {blockSizeBytes: BLOCK_BYTES, wake}))
    this.readers.add(reader)
    return reader
  }

  private ranked(record: HeldRecord | 'pending' | 'end'): Ranked<T> | 'pending' | 'end' {
    if (typeof record === 'string') return record
    const value = record.value as T
    return {value, timestampMs: record.timestampMs, rank: this.options.rankOf(value)}
  }
}

type Input<T> = () => Ranked<T> | 'pending' | 'end'
type IsBefore = (a: number, b: number) => boolean

function inputOf<T>(records: readonly Ranked<T>[]): Input<T> {
  let next = 0
  return () => (next < records.length ? records[next++] : 'end')
}

function* waiting<R>(steps: Steps<R>): Generator<typeof WAITS, R> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    yield WAITS
  }
}

function heapBytesOf(value: unknown): number {
  try {
    return encodeValue(value).length * HEAP_FACTOR + HEAP_OVERHEAD_BYTES
  } catch {
    return UNKNOWN_BYTES
  }
}

function siftUp(heap: number[], isBefore: IsBefore): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!isBefore(heap[at], heap[parent])) return
    swap(heap, at, parent)
    at = parent
  }
}

function removeFirst(heap: number[]): void {
  const last = heap.pop()!
  if (heap.length > 0) heap[0] = last
}

function siftDown(heap: number[], isBefore: IsBefore): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const right = left + 1
    const least = right < heap.length && isBefore(heap[right], heap[left]) ? right : left
    if (!isBefore(heap[least], heap[at])) return
    swap(heap, at, least)
    at = least
  }
}

function swap(heap: number[], a: number, b: number): void {
  const one = heap[a]
  heap[a] = heap[b]
  heap[b] = one
}
