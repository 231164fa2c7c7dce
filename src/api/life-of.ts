import type {RichFunction, RuntimeContext} from '../operators/index.js'

/** The life of a function that is called from another one. */
export function lifeOf(rich: RichFunction & {setRuntimeContext?(context: RuntimeContext): void}): RichFunction {
  return {
    open: (context) => {
      rich.setRuntimeContext?.(context)
      return rich.open?.(context)
    },
    close: () => rich.close?.(),
  }
}
