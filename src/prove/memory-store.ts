import type {OrderedStore, StoreBatch, StoreCursor, StoreRange} from '../core/index.js'

type Pair = readonly [key: Buffer, value: Buffer]

/** An OrderedStore in an array, in the place of RocksDB; it says when it is used as it must not be. */
export class MemoryStore implements OrderedStore {
  openCursors = 0
  private pairs: readonly Pair[] = []

  get size(): number {
    return this.pairs.length
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const found = this.pairs[this.place(key)]
    return found?.[0].equals(key) ? Buffer.from(found[1]) : undefined
  }

  batch(): StoreBatch {
    let changes: (readonly [Buffer, Buffer | undefined])[] = []
    const write = () => {
      // Cursors go on with what was there when they were opened.
      const pairs = [...this.pairs]
      for (const [key, value] of changes) change(pairs, key, value)
      this.pairs = pairs
      changes = []
    }
    return {
      get count() {
        return changes.length
      },
      put: (key, value) => void changes.push([Buffer.from(key), Buffer.from(value)]),
      delete: (key) => void changes.push([Buffer.from(key), undefined]),
      write,
    }
  }

  cursor({from, to}: StoreRange): StoreCursor {
    const {pairs} = this
    let at = this.place(from)
    let isOpen = true
    this.openCursors += 1
    return {
      next: (countMax) => {
        if (!isOpen) throw new Error('a closed cursor was read')
        const found: Buffer[] = []
        for (; at < pairs.length && found.length < 2 * countMax && Buffer.compare(pairs[at][0], to) < 0; at++)
          found.push(Buffer.from(pairs[at][0]), Buffer.from(pairs[at][1]))
        return found
      },
      close: () => {
        if (isOpen) this.openCursors -= 1
        isOpen = false
      },
    }
  }

  clear({from, to}: StoreRange): void {
    this.pairs = this.pairs.filter(([key]) => Buffer.compare(key, from) < 0 || Buffer.compare(key, to) >= 0)
  }

  private place(key: Uint8Array): number {
    return placeIn(this.pairs, key)
  }
}

function change(pairs: Pair[], key: Buffer, value: Buffer | undefined): void {
  const at = placeIn(pairs, key)
  const isThere = pairs[at]?.[0].equals(key) === true
  pairs.splice(at, isThere ? 1 : 0, ...(value === undefined ? [] : [[key, value] as const]))
}

/** Of the first pair whose key is not below. */
function placeIn(pairs: readonly Pair[], key: Uint8Array): number {
  let low = 0
  let high = pairs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (Buffer.compare(pairs[middle][0], key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
