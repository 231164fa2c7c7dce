import type {RestoredView} from './failure-view.js'

/** What a job starts from, and whose state was found there, as a sentence. */
export function formatRestored({checkpointId, path, mapped, fresh, unmapped}: RestoredView): string {
  const parts = [
    `state of ${mapped.length === 0 ? 'no operator' : mapped.join(', ')}`,
    ...(fresh.length === 0 ? [] : [`new: ${fresh.join(', ')}`]),
    ...(unmapped.length === 0 ? [] : [`left behind: ${unmapped.join(', ')}`]),
  ]
  return `starts from checkpoint ${checkpointId} in ${path}: ${parts.join('; ')}`
}
