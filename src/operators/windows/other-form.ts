import {FtsError} from '../../core/index.js'
import type {LocalKeyedStateBackend, UnclaimedState} from '../../state/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from '../records/operator-place.js'

/** Where windows that are handled together keep their values, and where others do. */
export const ALIGNED_WINDOWS = 'aligned-windows'
export const ALIGNED_NUMBERS = 'aligned-numbers'
export const WINDOW_CONTENTS = 'window-contents'

/** What a snapshot says of windows that are handled together. */
export interface AlignedExtra {
  readonly sizeMs: number
  readonly slideMs: number
  readonly staggerMs: number | undefined
}

/** Whether the operator that wrote it was the fast one. */
export function isAlignedExtra(extra: unknown): extra is AlignedExtra {
  return typeof extra === 'object' && extra !== null && 'sizeMs' in extra
}

/** What another form of the operator has stored, to be kept in this one's; undefined: nothing. Errors: `user` FTS_OTHER_WINDOWS. */
export function takeOther(
  context: OperatorContext,
  state: LocalKeyedStateBackend,
  name: string,
): UnclaimedState | undefined {
  if ((state.entryCounts().get(name) ?? 0) === 0) return undefined
  const other = state.takeUnclaimed(name)
  if (other === undefined) throw otherForm(context)
  return other
}

/** Windows of another size were stored. */
export function otherForm(context: OperatorContext): FtsError {
  return new FtsError(
    'user',
    'FTS_OTHER_WINDOWS',
    `${operatorPlace(context)}: its state was stored by another kind of window (another assigner, size, evictor or function)`,
    {operator: context.displayName ?? context.operatorName},
    {tryThis: 'Restore with the window as it was, or give it another uid to start it without state.'},
  )
}
