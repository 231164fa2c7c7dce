import {shallowCopy} from '../../records/shallow-copy.js'
import type {AnyComputation} from '../check-computation.js'
import type {Window} from '../window.js'

/** How one value comes of the elements of a key and window. */
export interface Fold {
  /** The value of the first element; it may be changed by `add`. */
  readonly first: (element: unknown) => unknown
  readonly add: (value: unknown, element: unknown) => unknown
  readonly result: (value: unknown) => unknown
}

export function foldOf<W extends Window>(computation: Exclude<AnyComputation<W>, {kind: 'elements'}>): Fold {
  if (computation.kind === 'aggregate') {
    const {aggregate} = computation
    return {
      first: (element) => aggregate.add(element, aggregate.createAccumulator()),
      add: (accumulator, element) => aggregate.add(element, accumulator),
      result: (accumulator) => aggregate.getResult(accumulator),
    }
  }
  const {reduce} = computation
  return {
    // The function may change its first argument, but the record is not ours.
    first: shallowCopy,
    add: typeof reduce === 'function' ? reduce : (value, element) => reduce.reduce(value, element),
    result: (value) => value,
  }
}
