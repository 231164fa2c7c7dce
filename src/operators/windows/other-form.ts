import {FtsError} from '../../core/index.js'
import type {KeyedStateBackend} from '../../state/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from '../records/operator-place.js'

/** Where windows that are handled together keep their values, and where others do. */
export const ALIGNED_WINDOWS = 'aligned-windows'
export const ALIGNED_NUMBERS = 'aligned-numbers'
export const WINDOW_CONTENTS = 'window-contents'

/** The general operator was given what the fast one had stored. */
export function refuseAligned(context: OperatorContext, state: KeyedStateBackend): void {
  const counts = state.entryCounts()
  if ((counts.get(ALIGNED_WINDOWS) ?? 0) + (counts.get(ALIGNED_NUMBERS) ?? 0) > 0) throw otherForm(context)
}

/** The fast operator was given what the general one had stored. */
export function refuseGeneral(context: OperatorContext, state: KeyedStateBackend): void {
  if ((state.entryCounts().get(WINDOW_CONTENTS) ?? 0) > 0) throw otherForm(context)
}

/** Windows of another size were stored. */
export function otherForm(context: OperatorContext): FtsError {
  return new FtsError(
    'user',
    'FTS_OTHER_WINDOWS',
    `${operatorPlace(context)}: its state was stored by another kind of window (another assigner, size, trigger, evictor or function)`,
    {operator: context.displayName ?? context.operatorName},
    {tryThis: 'Restore with the window as it was, or give it another uid to start it without state.'},
  )
}
