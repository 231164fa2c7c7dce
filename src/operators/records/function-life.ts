import {FtsError, type OperatorListState} from '../../core/index.js'
import type {KeyedStateBackend} from '../../state/index.js'
import type {RichFunction, RuntimeContext} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import type {SnapshotRequest} from '../snapshots.js'
import {FunctionState} from './function-state.js'
import {RecordRuntimeContext} from './record-runtime-context.js'
import {userFunctionError} from './user-function-error.js'

type Rich = RichFunction & {setRuntimeContext?(context: RuntimeContext): void}

/** Opens and closes the user's function of one operator. A plain function has no life of its own. */
export class FunctionLife {
  readonly runtime: RecordRuntimeContext
  /** False until a promise from `open` is fulfilled. */
  isOpen = false
  private readonly rich: Rich | undefined
  private readonly state: FunctionState | undefined
  private wasOpened = false

  constructor(
    userFunction: unknown,
    private readonly context: OperatorContext,
    state: KeyedStateBackend | undefined,
  ) {
    this.runtime = new RecordRuntimeContext(context, state)
    this.rich = typeof userFunction === 'object' && userFunction !== null ? userFunction : undefined
    this.state = FunctionState.of(this.rich, context)
  }

  open(): void {
    this.wasOpened = true
    this.call('its initializeState()', (rich) => {
      rich.setRuntimeContext?.(this.runtime)
      this.state?.initialize(this.runtime)
    })
    const opening = this.call('its open()', (rich) => rich.open?.(this.runtime))
    if (!isPromise(opening)) {
      this.isOpen = true
      return
    }
    opening.then(
      () => {
        this.isOpen = true
        this.context.wake()
      },
      (error) => this.context.fail(userFunctionError(this.context, 'its open()', error)),
    )
  }

  close(): void {
    if (!this.wasOpened) return
    this.wasOpened = false
    this.runtime.reportCounters()
    const closing = this.call('its close()', (rich) => rich.close?.())
    if (isPromise(closing))
      closing.catch((error) => this.context.fail(userFunctionError(this.context, 'its close()', error)))
  }

  /** What the function itself has in a checkpoint, beside the state of keys. */
  snapshot(request: SnapshotRequest): readonly OperatorListState[] {
    return this.call('its snapshotState()', () => this.state?.snapshot(request)) ?? []
  }

  checkpointCompleted(checkpointId: number): void {
    this.call('its notifyCheckpointComplete()', () => this.state?.completed(checkpointId))
  }

  checkpointAborted(checkpointId: number): void {
    this.call('its notifyCheckpointAborted()', () => this.state?.aborted(checkpointId))
  }

  private call<R>(at: string, run: (rich: Rich) => R): R | undefined {
    if (this.rich === undefined) return undefined
    try {
      return run(this.rich)
    } catch (error) {
      throw userFunctionError(this.context, at, error)
    }
  }
}

/** An `async` function where a plain one is needed: its promises would be taken for results. */
export function refuseAsync(what: string, call: unknown): void {
  if (typeof call !== 'function' || call.constructor.name !== 'AsyncFunction') return
  throw new FtsError(
    'user',
    'FTS_ASYNC_FUNCTION',
    `${what}: the function is async, but is called for each record and must answer at once`,
    {what},
    {tryThis: 'Ask other services with asyncWait (ordered or unordered), which awaits many records at a time.'},
  )
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
