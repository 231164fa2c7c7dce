import {FtsError} from '../core/index.js'
import {previewRecord} from '../operators/index.js'

/** What came of a key selector or a partitioner that cannot be used, with the record and the operator that it should have gone to. */
export function exchangeError(
  kind: 'hash' | 'custom',
  {thrown, record, target}: {readonly thrown: unknown; readonly record: unknown; readonly target: string},
): FtsError {
  const place = `${kind === 'hash' ? 'keyBy' : 'partitionCustom'} before "${target}"`
  const shown = previewRecord(record)
  const details = {operator: target, record: shown}
  if (thrown instanceof FtsError) {
    const {message, code, tryThis, cause} = thrown
    return new FtsError(
      thrown.kind,
      code,
      `${place}: ${message}; the record is ${shown}`,
      {...thrown.details, ...details},
      {
        ...(cause === undefined ? {} : {cause}),
        ...(tryThis === undefined ? {} : {tryThis}),
      },
    )
  }
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const tryThis = 'The stack of the cause shows the place in the function.'
  const message = `${place}: the function threw ${what} for the record ${shown}`
  return new FtsError('fatal', 'FTS_USER_FUNCTION', message, details, {cause: thrown, tryThis})
}
