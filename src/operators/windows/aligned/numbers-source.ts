import {
  ChangeLog,
  type CurrentKey,
  type KnownKey,
  type PlainRows,
  type SnapshotSource,
  type StoredItem,
  type StoredRows,
} from '../../../state/index.js'
import {TextNumbers} from '../../records/text-numbers.js'
import {ALIGNED_NUMBERS} from '../other-form.js'
import type {CellHistory} from './cell-history.js'
import {IntCells} from './int-cells.js'
import type {OpenWindows} from './open-windows.js'

/** Pages that are looked through at a time where there is little to write. */
const PAGES_AT_A_TIME = 128
const FIRST_ROWS = 256

/** The numbers of a window as they were restored; keys of both kinds where several subtasks had it. */
export interface RestoredNumbers {
  readonly ints: IntCells
  readonly texts: TextNumbers
}

interface Counted {
  readonly start: number
  readonly history: CellHistory
}

/**
 * Windows of numbers as snapshots see them: a value state with the windows' starts as namespaces. A window that is gone, fired or with other
 * values now, needs no row for each of its keys (`namespacesLeft`).
 */
export class NumbersSource implements SnapshotSource<StoredItem>, StoredRows {
  readonly meta = {name: ALIGNED_NUMBERS, kind: 'value', hasTtl: false} as const
  readonly log: ChangeLog<StoredItem>
  readonly itemCost = 1
  /** What was read, by window start, until the operator has taken it. */
  readonly restoredNumbers = new Map<number, RestoredNumbers>()
  private goneEpoch = -1
  private begun: readonly Counted[] = []

  constructor(
    private readonly current: CurrentKey,
    private readonly windows: OpenWindows,
  ) {
    this.log = new ChangeLog(current.tracker)
  }

  /** A window holds no numbers any more. */
  gone(): void {
    this.goneEpoch = this.current.tracker.epoch
  }

  get stored(): StoredRows {
    return this
  }

  get size(): number {
    return this.windows.all().reduce((sum, {numbers}) => sum + (numbers?.size ?? 0), 0)
  }

  get noteCount(): number {
    return this.counted().reduce((sum, {history}) => sum + history.noteCount, 0)
  }

  items(): Iterator<StoredItem, unknown> {
    return [].values()
  }

  namespaceOf({namespace}: StoredItem) {
    return namespace
  }

  valueOf({value}: StoredItem): unknown {
    return value
  }

  /** A number is written in one piece. */
  freeze(): undefined {
    return undefined
  }

  /** All begins with `begin`, before the next record. */
  atBarrier(): void {}

  hasChanged(afterEpoch: number): boolean {
    return this.goneEpoch > afterEpoch || this.counted().some(({history}) => history.hasChanged(afterEpoch))
  }

  begin({afterEpoch}: {readonly afterEpoch: number}): void {
    this.begun = this.counted()
    for (const {history} of this.begun) history.freeze(afterEpoch)
  }

  namespacesLeft(): readonly number[] {
    return this.begun.map(({start}) => start)
  }

  /** All is plain. Few at first: code that the engine has not compiled yet is slow. */
  *read(countMax: number, plain: PlainRows): Generator<readonly StoredItem[]> {
    let most = Math.min(countMax, FIRST_ROWS)
    let rowCount = 0
    let pageCount = 0
    for (const {start, history} of this.begun) {
      for (const rows of history.pages(start, plain)) {
        rowCount += rows
        if (++pageCount < PAGES_AT_A_TIME && rowCount < most) continue
        yield []
        most = Math.min(countMax, 2 * most)
        rowCount = 0
        pageCount = 0
      }
    }
    yield []
  }

  end(): void {
    for (const {history} of this.begun) history.release()
    this.begun = []
  }

  forget(upToEpoch: number): void {
    for (const {history} of this.counted()) history.forget(upToEpoch)
  }

  restore({key}: KnownKey, start: unknown, value: unknown): void {
    const {ints, texts} = this.restoredAt(start as number)
    const cells = typeof key === 'string' ? texts : ints
    const cell = cells.find(key as never)
    if (cell < 0) cells.append(value as number)
    else cells.set(cell, value as number)
  }

  /** No such row is written. */
  restoreRemoval(): void {}

  private counted(): readonly Counted[] {
    return this.windows
      .all()
      .flatMap(({start, history, numbers}) => (history === undefined || numbers?.size === 0 ? [] : [{start, history}]))
  }

  private restoredAt(start: number): RestoredNumbers {
    const known = this.restoredNumbers.get(start)
    if (known !== undefined) return known
    const created = {ints: new IntCells(), texts: new TextNumbers()}
    this.restoredNumbers.set(start, created)
    return created
  }
}
