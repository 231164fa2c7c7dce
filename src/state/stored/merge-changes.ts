import type {StoreCursor} from '../../core/index.js'
import {CHANGE_PREFIX_BYTES} from './store-space.js'

/**
 * The changes of several epochs in the order of their keys, of each key the last: what cursors give, oldest epoch first, becomes one run.
 *
 * Shape   [key, value] with the key's prefix as it was; the epochs have different ones of one length.
 */
export function* mergeChanges(
  cursors: readonly StoreCursor[],
  countMax: number,
): Generator<readonly [Uint8Array, Uint8Array]> {
  const heads = cursors.map((cursor) => new Head(cursor, countMax))
  for (let first = smallest(heads); first !== undefined; first = smallest(heads)) {
    const {key, value} = first
    // Others that have the same key have older changes of it.
    for (const head of heads) if (head !== first && !head.isDone && compareNames(head.key, key) === 0) head.advance()
    first.advance()
    yield [key, value]
  }
}

/** Where a cursor is. */
class Head {
  isDone = false
  private rows: readonly Uint8Array[] = []
  private at = -2

  constructor(
    private readonly cursor: StoreCursor,
    private readonly countMax: number,
  ) {
    this.advance()
  }

  get key(): Uint8Array {
    return this.rows[this.at]
  }

  get value(): Uint8Array {
    return this.rows[this.at + 1]
  }

  advance(): void {
    this.at += 2
    if (this.at < this.rows.length) return
    this.rows = this.cursor.next(this.countMax)
    this.at = 0
    this.isDone = this.rows.length === 0
  }
}

/** The head with the smallest key; of those that have it the one of the last epoch. */
function smallest(heads: readonly Head[]): Head | undefined {
  let first: Head | undefined
  for (const head of heads) {
    if (head.isDone) continue
    if (first === undefined || compareNames(head.key, first.key) <= 0) first = head
  }
  return first
}

function compareNames(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a.subarray(CHANGE_PREFIX_BYTES), b.subarray(CHANGE_PREFIX_BYTES))
}
