import {shallowCopy} from '../records/shallow-copy.js'
import type {AnyComputation} from './check-computation.js'
import type {Window} from './window.js'

/** The contents that a computation would have made of these elements one by one; undefined where it has nothing to go by. */
export function foldElements<W extends Window>(computation: AnyComputation<W>, values: readonly unknown[]): unknown {
  if (computation.kind === 'elements') return values
  if (computation.kind === 'aggregate') {
    const {aggregate} = computation
    let accumulator = aggregate.createAccumulator()
    for (const value of values) accumulator = aggregate.add(value, accumulator)
    return aggregate.getResult(accumulator)
  }
  const {reduce} = computation
  if (values.length === 0) return undefined
  let reduced = shallowCopy(values[0])
  for (let i = 1; i < values.length; i++)
    reduced = typeof reduce === 'function' ? reduce(reduced, values[i]) : reduce.reduce(reduced, values[i])
  return reduced
}
