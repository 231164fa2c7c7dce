import {FtsError} from '../../core/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'

/**
 * What a user function threw, with the operator, the subtask and what it was about (`at`, e.g. `the record {"id":7}`). It would
 * throw again for the same record, so it is `fatal`. The original error, with its stack, is the cause. An FtsError stays as it is.
 */
export function userFunctionError(context: OperatorContext, at: string, thrown: unknown): FtsError {
  if (thrown instanceof FtsError) return thrown.code === 'FTS_BAD_KEY' ? withRecord(thrown, at) : thrown
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

/** The state room knows the key, but not whose it is. */
function withRecord(error: FtsError, at: string): FtsError {
  const {kind, code, message, details, cause, tryThis} = error
  return new FtsError(
    kind,
    code,
    `${message} (${at})`,
    {...details, record: at},
    {
      ...(cause === undefined ? {} : {cause}),
      ...(tryThis === undefined ? {} : {tryThis}),
    },
  )
}
