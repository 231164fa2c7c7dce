import {FtsError} from '../../core/index.js'
import type {RichFunction} from '../functions/index.js'
import {refuseAsync} from '../records/function-life.js'
import type {WindowComputation, WindowFinish} from './functions/window-computation.js'
import type {Window} from './window.js'

export type AnyComputation<W extends Window> = WindowComputation<unknown, unknown, unknown, unknown, W>

/** Refuses functions that cannot do what the window asks of them. */
export function checkComputation<W extends Window>(
  computation: AnyComputation<W>,
  {merges}: {readonly merges: boolean},
): void {
  if (computation.kind === 'reduce') {
    const {reduce} = computation
    refuseRich('reduce', reduce)
    refuseAsync('reduce', typeof reduce === 'function' ? reduce : reduce.reduce)
  } else if (computation.kind === 'aggregate') {
    const {aggregate} = computation
    refuseRich('aggregate', aggregate)
    refuseAsync('aggregate', aggregate.add)
    if (merges && aggregate.merge === undefined) throw cannotMerge()
  }
  checkFinish(computation.finish)
}

function checkFinish(finish: WindowFinish<unknown, unknown, unknown, never> | undefined): void {
  if (finish?.kind === 'apply')
    refuseAsync('apply', typeof finish.apply === 'function' ? finish.apply : finish.apply.apply)
  else if (finish?.kind === 'process')
    refuseAsync('process', typeof finish.process === 'function' ? finish.process : finish.process.process)
}

/** Flink refuses these, too: they run inside of state, where there is no context to open them with. */
function refuseRich(what: string, userFunction: object): void {
  const {open, close} = userFunction as RichFunction
  if (typeof userFunction === 'function' || (open === undefined && close === undefined)) return
  throw new FtsError(
    'user',
    'FTS_RICH_FUNCTION',
    `the ${what} function of a window cannot have open() or close()`,
    {what},
    {tryThis: `Give ${what} a plain function, and a ProcessWindowFunction, which may have them, as second argument.`},
  )
}

function cannotMerge(): FtsError {
  return new FtsError(
    'user',
    'FTS_AGGREGATE_CANNOT_MERGE',
    'the aggregate function has no merge(a, b), which windows that merge (sessions) need',
    {},
    {tryThis: 'Add merge(a, b) to the AggregateFunction: the accumulator of what both have seen.'},
  )
}
