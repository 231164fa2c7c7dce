import type {CurrentKey, PlainRows} from '../../../state/index.js'
import type {NumberCells} from './number-cells.js'

/** Slots that are copied at a time: 4 to 8 KiB, about a microsecond. */
const PAGE_BITS = 8
const PAGE_SLOTS = 1 << PAGE_BITS
/** Of a page: the snapshot reads a copy; it has read it. Else 0. */
const COPIED = 1
const READ = 2

const NO_BITS = new Uint32Array(0)

/** The places of the keys whose numbers changed in one epoch, a bit each. */
interface Notes {
  readonly epoch: number
  readonly bits: Uint32Array
}

/** What a snapshot that is being written takes from the table. */
interface Frozen {
  readonly words: Int32Array
  /** Keys there were. */
  readonly size: number
  /** Places that it wants; undefined: all. */
  readonly wanted: Uint32Array | undefined
  readonly pages: Uint8Array
}

/**
 * What snapshots have to know of a table of numbers: it is told of a change before it is made.
 *
 *   changing ─▶ a bit for the key's place, as long as snapshots are incremental
 *            └▶ while a snapshot is being written: the page of the slot is copied before its first change
 *
 * Keys that come after the barrier are passed over by their place; a table that has grown leaves its old words to the snapshot.
 */
export class CellHistory {
  private ended: readonly Notes[] = []
  private bits = NO_BITS
  /** Of `bits`; -1: nothing is noted. */
  private epoch = -1
  private frozen: Frozen | undefined = undefined
  /** Pages that were copied, where they were. Kept for the next snapshot: fresh memory costs more than the copying. */
  private copies: Int32Array | undefined = undefined
  private readonly slots = new Int32Array(PAGE_SLOTS)

  constructor(
    private readonly cells: NumberCells,
    private readonly tracker: CurrentKey['tracker'],
  ) {}

  /** Before the number of a cell changes. */
  changing(cell: number): void {
    const {cells, frozen} = this
    if (this.tracker.isLogging) this.note(cells.words[cell * cells.wordsPerSlot] - 1)
    if (frozen !== undefined && frozen.words === cells.words) this.preserve(frozen, cell)
  }

  /** A key has come. */
  appended(): void {
    if (this.tracker.isLogging) this.note(this.cells.size - 1)
  }

  hasChanged(afterEpoch: number): boolean {
    return this.epoch > afterEpoch || this.ended.some(({epoch}) => epoch > afterEpoch)
  }

  /** Words in which changes are noted. */
  get noteCount(): number {
    return this.ended.reduce((sum, {bits}) => sum + bits.length, this.bits.length)
  }

  /** A snapshot of all (`afterEpoch` -1), or of what changed in later epochs, begins. */
  freeze(afterEpoch: number): void {
    const {words, wordsPerSlot, size} = this.cells
    if (afterEpoch >= 0 && !this.hasChanged(afterEpoch)) return
    const wanted = afterEpoch < 0 ? undefined : this.changedAfter(afterEpoch)
    this.frozen = {words, size, wanted, pages: new Uint8Array(Math.ceil(words.length / wordsPerSlot / PAGE_SLOTS))}
  }

  /** Puts down what the snapshot wants, page by page; gives how many rows a page has brought. */
  *pages(namespace: number, rows: PlainRows): Generator<number, void> {
    for (let page = 0; this.frozen !== undefined && page < this.frozen.pages.length; page++) {
      const slots = this.wantedSlots(this.frozen, page)
      if (slots.length > 0) this.cells.write(this.sourceOf(this.frozen, page), slots, namespace, rows)
      this.frozen.pages[page] = READ
      yield slots.length
    }
  }

  /** The snapshot is written, or given up. */
  release(): void {
    this.frozen = undefined
  }

  /** Changes up to here are in a completed checkpoint. */
  forget(upToEpoch: number): void {
    this.ended = this.ended.filter(({epoch}) => epoch > upToEpoch)
    if (this.epoch > upToEpoch) return
    this.epoch = -1
    this.bits = NO_BITS
  }

  private note(place: number): void {
    if (this.epoch !== this.tracker.epoch) this.beginEpoch()
    const at = place >>> 5
    if (at >= this.bits.length) this.growBits(at)
    this.bits[at] |= 1 << (place & 31)
  }

  private beginEpoch(): void {
    if (this.epoch >= 0) this.ended = [...this.ended, {epoch: this.epoch, bits: this.bits}]
    this.epoch = this.tracker.epoch
    this.bits = new Uint32Array((this.cells.size >>> 5) + 1)
  }

  private growBits(at: number): void {
    const {bits} = this
    this.bits = new Uint32Array(2 * at + 2)
    this.bits.set(bits)
  }

  /** Notes of one epoch are not changed any more, and so taken as they are. */
  private changedAfter(afterEpoch: number): Uint32Array {
    const notes = [...this.ended, {epoch: this.epoch, bits: this.bits}].filter(({epoch}) => epoch > afterEpoch)
    if (notes.length === 1) return notes[0].bits
    const changed = new Uint32Array(Math.max(...notes.map(({bits}) => bits.length)))
    for (const {bits} of notes) for (let i = 0; i < bits.length; i++) changed[i] |= bits[i]
    return changed
  }

  private preserve({words, pages}: Frozen, cell: number): void {
    const page = cell >>> PAGE_BITS
    if (pages[page] !== 0) return
    pages[page] = COPIED
    if (this.copies?.length !== words.length) this.copies = new Int32Array(words.length)
    const pageWords = PAGE_SLOTS * this.cells.wordsPerSlot
    this.copies.set(words.subarray(page * pageWords, (page + 1) * pageWords), page * pageWords)
  }

  private sourceOf({words, pages}: Frozen, page: number): Int32Array {
    return pages[page] === COPIED && this.copies !== undefined ? this.copies : words
  }

  private wantedSlots(frozen: Frozen, page: number): Int32Array {
    const {slots} = this
    const {wordsPerSlot} = this.cells
    const {words, size, wanted} = frozen
    const source = this.sourceOf(frozen, page)
    const end = Math.min((page + 1) * PAGE_SLOTS, words.length / wordsPerSlot)
    let count = 0
    for (let slot = page * PAGE_SLOTS; slot < end; slot++) {
      const place = source[slot * wordsPerSlot] - 1
      if (place < 0 || place >= size) continue
      if (wanted === undefined || ((wanted[place >>> 5] >>> (place & 31)) & 1) === 1) slots[count++] = slot
    }
    return slots.subarray(0, count)
  }
}
