import {
  type BroadcastProcessFunctionLike,
  BroadcastProcessOperator,
  type KeyedBroadcastProcessFunctionLike,
  KeyedBroadcastProcessOperator,
} from '../operators/index.js'
import type {BroadcastStream} from './broadcast-stream.js'
import type {DataStream} from './data-stream.js'
import {KeyedStream} from './keyed-stream.js'
import type {NoKey} from './no-key.js'
import type {ProgramContext} from './program-context.js'
import {requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import {StreamBase} from './stream-base.js'
import type {Rec} from './stream-types.js'

type BroadcastProcessOf<A, B, K, R> = [K] extends [NoKey]
  ? BroadcastProcessFunctionLike<A, B, R>
  : KeyedBroadcastProcessFunctionLike<K, A, B, R>

/** A stream and a broadcast stream that one operator reads. */
export class BroadcastConnectedStream<A, B, K = NoKey> extends StreamBase {
  /** @internal */
  constructor(
    program: ProgramContext,
    private readonly stream: DataStream<A>,
    private readonly broadcast: BroadcastStream<B>,
  ) {
    super(program)
  }

  /**
   * `processElement` for each record of the stream, which may read the broadcast state; `processBroadcastElement` for each record of
   * the broadcast stream, which may write it. With state and timers if the stream is keyed.
   */
  process<R extends Rec>(process: BroadcastProcessOf<A, B, K, R>): SingleOutputStreamOperator<R> {
    requireMethods('process of a broadcast stream', process, 'processElement', 'processBroadcastElement')
    const {stream, broadcast} = this
    const inputs = [stream.ends, broadcast.ends]
    if (stream instanceof KeyedStream) {
      const {selectKey} = stream
      const make = () =>
        new KeyedBroadcastProcessOperator(selectKey, process as KeyedBroadcastProcessFunctionLike<unknown, A, B, R>)
      return this.operator({name: 'Co-Process-Broadcast-Keyed', inputs, make})
    }
    const make = () => new BroadcastProcessOperator(process as BroadcastProcessFunctionLike<A, B, R>)
    return this.operator({name: 'Co-Process-Broadcast', inputs, make})
  }
}
