import {type Duration, durationMs, FtsError} from '../core/index.js'
import {Evictor, OutputTag, Trigger, type Window, WindowAssigner} from '../operators/index.js'

/** What a window is put together from, besides its computation. */
export interface WindowSettings<T, W extends Window> {
  readonly assigner: WindowAssigner<T, W>
  trigger?: Trigger<T, W>
  evictor?: Evictor<T, W>
  allowedLateness?: Duration
  lateOutputTag?: OutputTag<T>
}

/** The windows of an assigner. Inferred from what it assigns only: its default trigger may serve other windows, too. */
export type WindowOf<A> = A extends {assignWindows(...args: never[]): readonly (infer W extends Window)[]} ? W : never

/** What all windowed streams can be told. */
export class WindowBuilder<T, W extends Window> {
  /** @internal */
  protected readonly settings: WindowSettings<T, W>

  /** @internal */
  constructor(settings: WindowSettings<T, W>) {
    requireInstance(
      'window',
      settings.assigner,
      WindowAssigner,
      "a window assigner: TumblingEventTimeWindows.of('1 min'), say",
    )
    this.settings = {...settings}
  }

  /** When a window is evaluated. Default: the assigner's, which is at the window's end. */
  trigger(trigger: Trigger<T, W>): this {
    requireInstance('trigger', trigger, Trigger, 'a trigger: CountTrigger.of(100), say')
    this.settings.trigger = trigger
    return this
  }

  /** Which elements are left out when a window is evaluated. All elements are kept until then. */
  evictor(evictor: Evictor<T, W>): this {
    requireInstance('evictor', evictor, Evictor, 'an evictor: CountEvictor.of(100), say')
    this.settings.evictor = evictor
    return this
  }

  /** How long a window of event time lives on after its end, and is evaluated again for each late element. Default: 0. */
  allowedLateness(lateness: Duration): this {
    durationMs(lateness, 'allowedLateness')
    this.settings.allowedLateness = lateness
    return this
  }

  /** Where elements go that come too late; read it with `getSideOutput(tag)` of the result. Default: they are dropped and counted. */
  sideOutputLateData(tag: OutputTag<T>): this {
    requireInstance('sideOutputLateData', tag, OutputTag, "an OutputTag: new OutputTag('late'), say")
    this.settings.lateOutputTag = tag
    return this
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a class of whatever is constructed
type AnyClass = abstract new (...args: any[]) => unknown

/** Errors: `user` FTS_BAD_WINDOW. */
function requireInstance(method: string, given: unknown, wanted: AnyClass, what: string): void {
  if (given instanceof wanted) return
  throw new FtsError('user', 'FTS_BAD_WINDOW', `${method} got ${String(given)}, expected ${what}`, {method})
}
