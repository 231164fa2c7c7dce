const CHUNK_ITEMS = 4096
/** Chunks that one list keeps for the next. */
const KEPT_MAX = 64

/** Chunks that are not in use: lists of one log take them from here and give them back. */
export class NoteChunks<I> {
  private readonly free: (I | undefined)[][] = []

  take(): (I | undefined)[] {
    return this.free.pop() ?? new Array<I | undefined>(CHUNK_ITEMS).fill(undefined)
  }

  /** What the chunk names is let go. */
  give(chunk: (I | undefined)[]): void {
    if (this.free.length < KEPT_MAX) this.free.push(chunk.fill(undefined))
  }
}

/**
 * Items that were noted, in chunks that are used again: an array that grows to a million items each second is doubled and dropped as
 * often, and the collector begins anew.
 */
export class NoteList<I> {
  length = 0
  private readonly full: (I | undefined)[][] = []
  private last: (I | undefined)[] | undefined
  private used = 0

  constructor(private readonly spare: NoteChunks<I>) {}

  push(item: I): void {
    this.last ??= this.spare.take()
    this.last[this.used++] = item
    this.length += 1
    if (this.used < CHUNK_ITEMS) return
    this.full.push(this.last)
    this.last = undefined
    this.used = 0
  }

  /** The items in chunks, oldest first. A chunk is valid until `drop`. */
  *chunks(): Generator<{readonly items: readonly I[]; readonly count: number}, void> {
    for (const items of this.full) yield {items: items as readonly I[], count: CHUNK_ITEMS}
    if (this.last !== undefined) yield {items: this.last as readonly I[], count: this.used}
  }

  drop(): void {
    for (const chunk of this.full) this.spare.give(chunk)
    if (this.last !== undefined) this.spare.give(this.last)
    this.full.length = 0
    this.last = undefined
    this.used = 0
    this.length = 0
  }
}
