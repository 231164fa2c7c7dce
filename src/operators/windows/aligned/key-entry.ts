import type {Item, KnownKey, Saved} from '../../../state/index.js'
import type {OpenWindow} from './open-window.js'

const CELLS_MIN = 4

/** Values by window start, in the form in which map state is stored. */
export interface KeyWindows {
  readonly size: number
  entries(): Iterable<[number, unknown]>
}

/**
 * A key with its values in all open windows. What an element of the key needs lies together: with 100,000 keys nearly every step to
 * another place in memory is one that the cache does not have (measured 2026-11-21: a Map for each window, with the same result, took
 * three such steps for each window of an element; this takes two for all of them).
 *
 *   cells   [window, value, window, value, …]   the earliest window first, `windowCount` pairs, then room
 */
export class KeyEntry implements Item {
  stamp = 0
  saved: Saved | undefined = undefined
  readonly key: unknown
  readonly mapKey: KnownKey['mapKey']
  readonly keyGroup: number
  windowCount = 0
  cells: unknown[] = [undefined, undefined, undefined, undefined]

  constructor({key, mapKey, keyGroup}: KnownKey) {
    this.key = key
    this.mapKey = mapKey
    this.keyGroup = keyGroup
  }

  /** Where the pair of a window is that has one. */
  placeOf(open: OpenWindow): number {
    let place = 0
    while (this.cells[place] !== open) place += 2
    return place
  }

  /** Where the pair of a window is, or would be, and whether it is. */
  search(open: OpenWindow): {readonly place: number; readonly isThere: boolean} {
    let place = 2 * this.windowCount - 2
    while (place >= 0 && (this.cells[place] as OpenWindow).start > open.start) place -= 2
    return place >= 0 && this.cells[place] === open ? {place, isThere: true} : {place: place + 2, isThere: false}
  }

  insert(place: number, open: OpenWindow, value: unknown): void {
    const end = 2 * this.windowCount
    if (end === this.cells.length) this.grow()
    const {cells} = this
    for (let i = end - 1; i >= place; i--) cells[i + 2] = cells[i]
    cells[place] = open
    cells[place + 1] = value
    this.windowCount += 1
  }

  /** The starts of its windows with the values, for a snapshot. */
  windows(copy: (value: unknown) => unknown): KeyWindows {
    const pairs: [number, unknown][] = []
    for (let place = 0; place < 2 * this.windowCount; place += 2)
      pairs.push([(this.cells[place] as OpenWindow).start, copy(this.cells[place + 1])])
    return {size: pairs.length, entries: () => pairs}
  }

  /** Forgets the earliest window. */
  removeFirst(): void {
    const {cells} = this
    const end = 2 * this.windowCount
    for (let i = 2; i < end; i++) cells[i - 2] = cells[i]
    cells[end - 2] = undefined
    cells[end - 1] = undefined
    this.windowCount -= 1
    if (this.windowCount === 0 && cells.length > CELLS_MIN) this.cells = [undefined, undefined, undefined, undefined]
  }

  private grow(): void {
    const {cells} = this
    const length = cells.length * 2
    for (let i = cells.length; i < length; i++) cells.push(undefined)
  }
}
