import type {LocalKeyedStateBackend} from '../../state/index.js'

/** So many rows are looked at together: enough to wait for memory once, few enough to stay in the processor's cache. */
const ROWS = 64

/**
 * Makes the keys of a batch current, one after the other. Where state is larger than the processor's cache, that of the next rows is fetched
 * before it is used: the processor waits for many places of memory at a time instead of one after the other.
 *
 * A key selector is asked some rows ahead, and once for each record, unless output was blocked meanwhile.
 */
export class KeysAhead<K, IN> {
  private readonly keys: (K | undefined)[] = []
  private readonly hashes = new Int32Array(ROWS)
  private values: readonly unknown[] = this.keys
  private rowCount = 0
  private from = 0
  private to = 0
  private isFar = false

  constructor(
    private readonly selectKey: (value: IN) => K,
    private readonly state: LocalKeyedStateBackend,
  ) {}

  /** A batch begins; also what is left of one. */
  begin(values: readonly unknown[], rowCount: number): void {
    this.values = values
    this.rowCount = rowCount
    this.from = 0
    this.to = 0
    this.isFar = this.state.isFar
  }

  /** Answers the key of a row. Rows are asked for in order. */
  setCurrentKey(row: number): K {
    if (this.isFar && (row < this.to || this.look(row))) return this.setKnown(row)
    const key = this.selectKey(this.values[row] as IN)
    this.state.setCurrentKey(key)
    return key
  }

  private setKnown(row: number): K {
    const key = this.keys[row - this.from] as K
    this.state.setCurrentKey(key, this.hashes[row - this.from])
    return key
  }

  /** False: the key of some row cannot be had, which is to be said when it is that row's turn. */
  private look(row: number): boolean {
    const {keys, hashes, values, state, selectKey} = this
    const count = Math.min(ROWS, this.rowCount - row)
    try {
      for (let i = 0; i < count; i++) {
        const key = selectKey(values[row + i] as IN)
        keys[i] = key
        hashes[i] = state.hash(key)
      }
    } catch {
      return false
    }
    this.from = row
    this.to = row + count
    state.fetch(hashes, count)
    return true
  }
}
