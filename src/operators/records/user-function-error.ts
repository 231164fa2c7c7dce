import {FtsError} from '../../core/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'

/**
 * What a user function threw, with the operator, the subtask and what it was about (`at`, e.g. `the record {"id":7}`). It would
 * throw again for the same record, so it is `fatal`. The original error, with its stack, is the cause. An FtsError says what it is about
 * itself; one of kind `user` (a key that is none, a missing timestamp) is told where, unless it knows.
 */
export function userFunctionError(context: OperatorContext, at: string, thrown: unknown): FtsError {
  if (thrown instanceof FtsError) return withPlace(thrown, context, at)
  return new FtsError(
    'fatal',
    'FTS_USER_FUNCTION',
    `${operatorPlace(context)}: the function threw ${describe(thrown)} for ${at}`,
    {operator: context.displayName ?? context.operatorName, subtask: context.subtaskIndex, record: at},
    {
      cause: thrown,
      tryThis: 'The stack of the cause shows the place in the function. To go on without such records, catch it there.',
    },
  )
}

function describe(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`
  return typeof thrown === 'string' ? thrown : `${typeof thrown} ${String(thrown)}`
}

/** Rooms below know what is wrong, but neither where nor for which record. */
function withPlace(error: FtsError, context: OperatorContext, at: string): FtsError {
  const {kind, code, message, details, cause, tryThis} = error
  if (kind !== 'user' || message.includes(at)) return error
  const place = {operator: context.displayName ?? context.operatorName, subtask: context.subtaskIndex, record: at}
  return new FtsError(
    kind,
    code,
    `${message.startsWith('operator "') ? '' : `${operatorPlace(context)}: `}${message} (${at})`,
    {...details, ...place},
    {
      cause: cause ?? error,
      ...(tryThis === undefined ? {} : {tryThis}),
    },
  )
}
