import type {Collector, KeyedProcessContext, RichFunction, RuntimeContext} from '../functions/index.js'

/** What processes a record in place of the function itself, with the function's own `open` and `close`. */
export function asProcessFunction<K, IN, OUT>(
  userFunction: unknown,
  processElement: (value: IN, ctx: KeyedProcessContext<K>, out: Collector<OUT>) => void,
) {
  return typeof userFunction === 'function' ? processElement : {...lifeOf(userFunction as RichFunction), processElement}
}

/** `open` and `close` of a function, for an object that stands in for it. */
export function lifeOf(userFunction: RichFunction) {
  const rich = userFunction as RichFunction & {setRuntimeContext?(context: RuntimeContext): void}
  return {
    setRuntimeContext: (context: RuntimeContext) => rich.setRuntimeContext?.(context),
    open: (context: RuntimeContext) => rich.open?.(context),
    close: () => rich.close?.(),
  }
}
