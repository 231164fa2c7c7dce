import {FtsError} from '../../core/index.js'
import type {KeyedStateStore} from '../../state/index.js'
import {type InternalTimerService, type KeyedStateBackend, VOID_NAMESPACE} from '../../state/index.js'
import type {Collector, OutputTag} from '../functions/index.js'
import type {RecordOutput} from '../records/record-output.js'
import type {RecordRuntimeContext} from '../records/record-runtime-context.js'
import {shallowCopy} from '../records/shallow-copy.js'
import type {AnyComputation} from './check-computation.js'
import type {WindowFinish} from './functions/window-computation.js'
import type {WindowContext} from './functions/window-context.js'
import {NamespacedStateStore} from './namespaced-state-store.js'
import type {Window} from './window.js'

export interface WindowEmitterParts<W extends Window> {
  readonly computation: AnyComputation<W>
  readonly merges: boolean
  readonly out: RecordOutput
  readonly state: KeyedStateBackend
  readonly timers: Pick<InternalTimerService, 'currentProcessingTime' | 'currentWatermark'>
  readonly runtime: RecordRuntimeContext
}

type Evaluate<W> = (key: unknown, window: W, contents: unknown) => void

/**
 * Turns what a window holds into results: calls the user's window function, if there is one, and is its context and collector.
 * The window's key is current in the state backend.
 */
export class WindowEmitter<W extends Window> implements WindowContext<W>, Collector<unknown> {
  private readonly out: RecordOutput
  private readonly timers: WindowEmitterParts<W>['timers']
  private readonly runtime: RecordRuntimeContext
  private readonly merges: boolean
  private readonly evaluate: Evaluate<W>
  private readonly clearFunction: ((ctx: WindowContext<W>) => void) | undefined
  private readonly ofWindow: NamespacedStateStore
  private readonly ofKey: NamespacedStateStore
  private current!: W

  constructor(parts: WindowEmitterParts<W>) {
    this.out = parts.out
    this.timers = parts.timers
    this.runtime = parts.runtime
    this.merges = parts.merges
    this.ofWindow = new NamespacedStateStore(parts.state, () => this.current)
    this.ofKey = new NamespacedStateStore(parts.state, () => VOID_NAMESPACE)
    const {computation} = parts
    this.evaluate = this.evaluateWith(computation.finish, computation.kind === 'elements')
    this.clearFunction = clearOf(computation.finish)
  }

  /** Evaluates a window. Nothing (undefined or null) gives nothing. */
  emit(key: unknown, window: W, contents: unknown): void {
    if (contents === undefined || contents === null) return
    this.current = window
    this.out.timestampMs = window.maxTimestamp()
    this.evaluate(key, window, contents)
  }

  /** A window of the current key ends. */
  clear(window: W): void {
    if (!this.needsClear) return
    this.current = window
    this.out.timestampMs = window.maxTimestamp()
    this.clearFunction?.(this)
    this.ofWindow.clear()
  }

  /** Whether anything is to be done for each key when a window ends. */
  get needsClear(): boolean {
    return this.clearFunction !== undefined || this.ofWindow.used.size > 0
  }

  collect(value: unknown): void {
    this.out.collect(this.usesState ? shallowCopy(value) : value)
  }

  window(): W {
    return this.current
  }

  currentProcessingTime(): number {
    return this.timers.currentProcessingTime()
  }

  currentWatermark(): number {
    return this.timers.currentWatermark()
  }

  windowState(): KeyedStateStore {
    if (this.merges) throw noWindowState()
    return this.ofWindow
  }

  globalState(): KeyedStateStore {
    return this.ofKey
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.out.collectSide(tag.id, this.usesState ? shallowCopy(value) : value, this.current.maxTimestamp())
  }

  /** A function with state may go on changing what it has collected. */
  private get usesState(): boolean {
    return this.runtime.usesState || this.ofWindow.used.size > 0 || this.ofKey.used.size > 0
  }

  private evaluateWith(
    finish: WindowFinish<unknown, unknown, unknown, W> | undefined,
    areElements: boolean,
  ): Evaluate<W> {
    const {out} = this
    if (finish === undefined) return (_key, _window, contents) => out.collect(contents)
    if (finish.kind === 'toRecord') {
      const {toRecord} = finish
      return (key, window, contents) => out.collect(toRecord(key, contents, window))
    }
    const list = (contents: unknown) => (areElements ? (contents as readonly unknown[]) : [contents])
    if (finish.kind === 'apply') {
      const user = finish.apply
      if (typeof user === 'function') return (key, window, contents) => user(key, window, list(contents), this)
      return (key, window, contents) => user.apply(key, window, list(contents), this)
    }
    const user = finish.process
    if (typeof user === 'function') return (key, _window, contents) => user(key, this, list(contents), this)
    return (key, _window, contents) => user.process(key, this, list(contents), this)
  }
}

function clearOf<W extends Window>(
  finish: WindowFinish<unknown, unknown, unknown, W> | undefined,
): ((ctx: WindowContext<W>) => void) | undefined {
  if (finish?.kind !== 'process' || typeof finish.process === 'function' || finish.process.clear === undefined)
    return undefined
  const user = finish.process
  return (ctx) => user.clear?.(ctx)
}

function noWindowState(): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_WINDOW_STATE',
    'windowState() was asked for by a function of windows that merge (sessions), which have no state of their own',
    {},
    {tryThis: 'Use globalState(), which belongs to the key.'},
  )
}
