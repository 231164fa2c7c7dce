import {FtsError} from '../../core/index.js'
import {classNameOf} from '../class-name.js'
import type {RichFunction} from './rich-function.js'
import type {RuntimeContext} from './runtime-context.js'

/** Base of functions written as classes: an `open` and `close` to override, and the runtime context at any time in between. */
export abstract class AbstractRichFunction implements RichFunction {
  private runtimeContext: RuntimeContext | undefined

  /** Called by the operator before `open`. */
  setRuntimeContext(context: RuntimeContext): void {
    this.runtimeContext = context
  }

  /** Errors: `user` FTS_NOT_OPEN before `open`, e.g. in the constructor. */
  getRuntimeContext(): RuntimeContext {
    if (this.runtimeContext !== undefined) return this.runtimeContext
    throw new FtsError(
      'user',
      'FTS_NOT_OPEN',
      `${classNameOf(this)}: the runtime context was asked for before the function was opened`,
      {function: classNameOf(this)},
      {tryThis: 'Ask for state and counters in open(), not in the constructor.'},
    )
  }

  open(_context: RuntimeContext): void | Promise<void> {}

  close(): void | Promise<void> {}
}
