import type {RuntimeContext} from './runtime-context.js'

/**
 * What a function that is given as an object or a class may have beside its method.
 *
 *   open ─▶ calls … ─▶ close       once for each subtask; `close` also after a failure
 *
 * `open` may return a promise: no record comes before it is fulfilled. A promise from `close` is not waited for.
 */
export interface RichFunction {
  open?(context: RuntimeContext): void | Promise<void>
  close?(): void | Promise<void>
}
