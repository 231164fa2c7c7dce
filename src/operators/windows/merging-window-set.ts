import {assert} from '../../core/index.js'
import {type KeyedStateBackend, type ValueState, ValueStateDescriptor, VOID_NAMESPACE} from '../../state/index.js'
import type {MergingWindowAssigner} from './assigners/merging-window-assigner.js'
import {SessionWindows} from './assigners/session-windows.js'
import {restoreWindow} from './restore-window.js'
import {sameWindow} from './same-window.js'
import type {TimeWindow} from './time-window.js'
import type {Window} from './window.js'

/** A window of the current key, and the window under which its contents are filed. */
interface InFlight<W extends Window> {
  readonly window: W
  readonly stateWindow: W
}

export interface WindowMerge<W extends Window> {
  /** What the windows become. */
  readonly result: W
  /** The windows in flight that do. */
  readonly merged: readonly W[]
  /** Where the contents of the result are filed: where those of the first of them already are. */
  readonly stateWindow: W
  /** Where the contents of the others are. */
  readonly mergedStateWindows: readonly W[]
}

const NONE: readonly never[] = []

/**
 * The windows in flight of the current key, where windows merge. Contents are not moved when a window grows: they stay under the window
 * under which they were first filed.
 *
 *   element ▶ [5, 15)      in flight  [0, 10) filed under [0, 10)   ▶   [0, 15) filed under [0, 10)
 *
 * Source   Flink 2.3 MergingWindowSet. Other than there, a new window that equals one in flight keeps that one's contents where they
 *          are, also after that one has grown.
 */
export class MergingWindowSet<W extends Window> {
  private readonly state: ValueState<readonly InFlight<W>[]>
  private readonly areSessions: boolean

  constructor(
    backend: KeyedStateBackend,
    private readonly assigner: MergingWindowAssigner<unknown, W>,
  ) {
    const codec = inFlightCodec((fields) => restoreWindow(assigner, fields) as W)
    const descriptor = new ValueStateDescriptor<readonly InFlight<W>[]>('merging-window-set', {codec})
    this.state = backend.getState(VOID_NAMESPACE, descriptor)
    this.areSessions = assigner instanceof SessionWindows
  }

  /** Adds a window, which may merge others; answers the window it has become a part of. */
  addWindow(added: W, onMerge: (merge: WindowMerge<W>) => void): W {
    const inFlight = this.state.value() ?? NONE
    if (this.areSessions && inFlight.length > 0) {
      const covering = findCovering(inFlight, added)
      if (covering !== undefined) return covering
    }
    const groups: {readonly windows: readonly W[]; readonly result: W}[] = []
    this.assigner.mergeWindows([...inFlight.map(({window}) => window), added], (windows, result) =>
      groups.push({windows, result}),
    )
    let actual = added
    let isMerged = false
    for (const {windows, result} of groups) {
      if (windows.some((window) => sameWindow(window, added))) {
        actual = result
        isMerged = true
      }
      this.merge(windows, result, onMerge)
    }
    if (!isMerged) this.put(added)
    return actual
  }

  /** Undefined for a window that is not in flight. */
  stateWindowOf(window: W): W | undefined {
    return this.state.value()?.find((entry) => sameWindow(entry.window, window))?.stateWindow
  }

  retireWindow(window: W): void {
    const rest = this.state.value()?.filter((entry) => !sameWindow(entry.window, window)) ?? NONE
    this.state.update(rest.length === 0 ? undefined : rest)
  }

  private merge(windows: readonly W[], result: W, onMerge: (merge: WindowMerge<W>) => void): void {
    const inFlight = this.state.value() ?? NONE
    const involved = inFlight.filter(({window}) => windows.some((one) => sameWindow(one, window)))
    assert(involved.length > 0, 'a merge involves a window in flight')
    const [{stateWindow}, ...others] = involved
    const rest = inFlight.filter((entry) => !involved.includes(entry))
    this.state.update([...rest, {window: result, stateWindow}])
    // The new window was inside of the one it met: nothing has changed.
    if (involved.length === 1 && sameWindow(involved[0].window, result)) return
    onMerge({
      result,
      merged: involved.map(({window}) => window),
      stateWindow,
      mergedStateWindows: others.map((entry) => entry.stateWindow),
    })
  }

  private put(added: W): void {
    const inFlight = this.state.value() ?? NONE
    if (inFlight.some(({window}) => sameWindow(window, added))) return
    this.state.update([...inFlight, {window: added, stateWindow: added}])
  }
}

/** Windows are stored as their fields. */
function inFlightCodec<W extends Window>(restore: (fields: unknown) => W) {
  type Stored = readonly {readonly window: unknown; readonly stateWindow: unknown}[]
  return {
    encode: (inFlight: readonly InFlight<W>[]): Stored =>
      inFlight.map(({window, stateWindow}) => ({window: {...window}, stateWindow: {...stateWindow}})),
    decode: (stored: unknown): readonly InFlight<W>[] =>
      (stored as Stored).map(({window, stateWindow}) => ({window: restore(window), stateWindow: restore(stateWindow)})),
  }
}

/** The session that has all of the new one. Sessions neither overlap nor touch, so no other can meet it. */
function findCovering<W extends Window>(inFlight: readonly InFlight<W>[], added: W): W | undefined {
  const {start, end} = added as unknown as TimeWindow
  for (const {window} of inFlight) {
    const session = window as unknown as TimeWindow
    if (session.start <= start && session.end >= end) return window
  }
  return undefined
}
