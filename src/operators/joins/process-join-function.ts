import {AbstractRichFunction, type Collector, type OutputTag, type RichFunction} from '../functions/index.js'

/** What a ProcessJoinFunction may ask. One object for all pairs: do not keep it. */
export interface JoinContext {
  getLeftTimestamp(): number
  getRightTimestamp(): number
  /** The later of both: the timestamp of what is collected. */
  getTimestamp(): number
  output<X>(tag: OutputTag<X>, value: X): void
}

/** Handles the pairs of an interval join. */
export abstract class ProcessJoinFunction<L, R, OUT> extends AbstractRichFunction {
  abstract processElement(left: L, right: R, ctx: JoinContext, out: Collector<OUT>): void
}

/** A ProcessJoinFunction as a plain function, or as any object with the method. */
export type ProcessJoinFunctionLike<L, R, OUT> =
  | ((left: L, right: R, ctx: JoinContext, out: Collector<OUT>) => void)
  | (RichFunction & Pick<ProcessJoinFunction<L, R, OUT>, 'processElement'>)
