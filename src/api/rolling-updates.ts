import {type QuietTimes, SettleOperator} from '../operators/index.js'
import type {ProgramContext} from './program-context.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'

/** Of results that may still change, where the program says nothing. */
export const DEFAULT_QUIET_TIMES: QuietTimes = {quietMs: 200, mostMs: 5000}

/**
 * Running results, of which a later one replaces the earlier of its key: as they are, or, where the program wants them settled, only the newest
 * of each key when the input is quiet.
 */
export function rollingUpdates<T>(
  program: ProgramContext,
  results: SingleOutputStreamOperator<T>,
  keyOf: (record: T) => unknown,
): SingleOutputStreamOperator<T> {
  const times = program.settles
  if (times === undefined) return results.replacing(keyOf)
  const settled = program.operator<T>({
    kind: 'operator',
    name: 'Settle',
    worksOn: 'records',
    inputs: [results.ends],
    maker: {kind: 'program', make: () => ({kind: 'operator', operator: new SettleOperator({keyOf, times})})},
  })
  return settled.replacing(keyOf)
}
