import type {Duration} from '../../core/index.js'
import type {KeySelector, OutputTag} from '../functions/index.js'
import type {Evictor, Trigger, Window, WindowAssigner} from '../windows/index.js'
import type {CoGroupFunction} from './co-group-function.js'
import type {FlatJoinFunction, JoinFunction} from './join-function.js'
import type {TaggedUnion} from './tagged-union.js'

/** A window over two inputs: the first is input 0 of the operator, the second input 1. The rest is as in WindowOptions. */
export interface TwoInputWindowOptions<L, R, K, W extends Window> {
  readonly firstKeySelector: KeySelector<L, K>
  readonly secondKeySelector: KeySelector<R, K>
  readonly assigner: WindowAssigner<TaggedUnion<L, R>, W>
  readonly trigger?: Trigger<TaggedUnion<L, R>, W> | undefined
  readonly evictor?: Evictor<TaggedUnion<L, R>, W> | undefined
  readonly allowedLateness?: Duration | undefined
  /** Flink has none for joins; without it late elements are dropped and counted. */
  readonly lateOutputTag?: OutputTag<TaggedUnion<L, R>> | undefined
}

export interface CoGroupOptions<L = unknown, R = unknown, K = unknown, W extends Window = Window, OUT = unknown>
  extends TwoInputWindowOptions<L, R, K, W> {
  readonly coGroup: CoGroupFunction<L, R, OUT>
}

/** Either `join`, with one result for each pair, or `flatJoin`, with any number of them. */
export type WindowJoinOptions<
  L = unknown,
  R = unknown,
  K = unknown,
  W extends Window = Window,
  OUT = unknown,
> = TwoInputWindowOptions<L, R, K, W> &
  ({readonly join: JoinFunction<L, R, OUT>} | {readonly flatJoin: FlatJoinFunction<L, R, OUT>})
