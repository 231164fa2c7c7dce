import type {OperatorContext} from '../operator.js'

/** `operator "Parse" (subtask 2 of 4)`: how messages name an operator. */
export function operatorPlace(context: OperatorContext): string {
  const name = context.displayName ?? context.operatorName
  return `operator "${name}" (subtask ${context.subtaskIndex + 1} of ${context.parallelism})`
}
