import type {CurrentKey} from '../../../state/index.js'
import type {TimeWindow} from '../time-window.js'
import {CellHistory} from './cell-history.js'
import type {KeyEntry} from './key-entry.js'
import type {NumberCells} from './number-cells.js'

/**
 * One window, with the keys that have a value in it in the order in which they first came. The values are with the keys; or keys and values
 * are in `numbers`, and nothing else.
 */
export class OpenWindow {
  /** The watermark has passed the end: every further element fires at once. */
  isFired = false
  readonly keys: KeyEntry[] = []
  readonly start: number
  numbers: NumberCells | undefined = undefined
  /** What snapshots know of the numbers. */
  history: CellHistory | undefined = undefined

  constructor(readonly window: TimeWindow) {
    this.start = window.start
  }

  holdNumbers(numbers: NumberCells, tracker: CurrentKey['tracker']): void {
    this.numbers = numbers
    this.history = new CellHistory(numbers, tracker)
  }

  leaveNumbers(): void {
    this.numbers = undefined
    this.history = undefined
  }
}
