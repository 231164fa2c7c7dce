import type {QuietTimes, Window} from '../operators/index.js'
import type {AllWindowedStream} from './all-windowed-stream.js'
import type {BroadcastConnectedStream} from './broadcast-connected-stream.js'
import type {BroadcastStream} from './broadcast-stream.js'
import type {ConnectedStreams} from './connected-streams.js'
import type {DataStream} from './data-stream.js'
import type {DataStreamSink} from './data-stream-sink.js'
import type {IntervalJoin} from './interval-join.js'
import type {CoGroupedStreams, JoinedStreams} from './joined-streams.js'
import type {KeyedStream} from './keyed-stream.js'
import type {PartitionWindowedStream} from './partition-windowed-stream.js'
import type {JobClient} from './program-host.js'
import type {RecordReceiver} from './program-job.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {StreamExecutionEnvironment} from './stream-execution-environment.js'
import type {Exchange, StreamEnd, Transformation, TransformationSpec} from './transformation.js'
import type {WindowSettings} from './window-settings.js'
import type {WindowedStream} from './windowed-stream.js'

/**
 * What streams need of their environment: to add operators to the program, and to make other streams. (Streams make each other, so
 * they get one another from here instead of importing themselves in a circle.)
 */
export interface ProgramContext {
  readonly environment: StreamExecutionEnvironment
  add(spec: TransformationSpec): Transformation
  stream<T>(ends: readonly StreamEnd[]): DataStream<T>
  /** Adds an operator with one output. */
  operator<T>(spec: TransformationSpec): SingleOutputStreamOperator<T>
  /** `exchange`: how records come to their subtasks if not by their keys. */
  keyed<T, K>(
    ends: readonly StreamEnd[],
    selectKey: (value: T) => K,
    keyFields?: readonly string[],
    exchange?: Exchange,
  ): KeyedStream<T, K>
  connected<A, B, K>(first: DataStream<A>, second: DataStream<B>): ConnectedStreams<A, B, K>
  withBroadcast<A, B, K>(stream: DataStream<A>, broadcast: BroadcastStream<B>): BroadcastConnectedStream<A, B, K>
  windowed<T, K, W extends Window>(stream: KeyedStream<T, K>, settings: WindowSettings<T, W>): WindowedStream<T, K, W>
  allWindowed<T, W extends Window>(stream: DataStream<T>, settings: WindowSettings<T, W>): AllWindowedStream<T, W>
  subtaskPartitions<T>(stream: DataStream<T>): PartitionWindowedStream<T>
  keyPartitions<T, K>(stream: KeyedStream<T, K>): PartitionWindowedStream<T>
  joined<A, B>(first: DataStream<A>, second: DataStream<B>): JoinedStreams<A, B>
  coGrouped<A, B>(first: DataStream<A>, second: DataStream<B>): CoGroupedStreams<A, B>
  intervalJoin<L, R, K>(left: KeyedStream<L, K>, right: KeyedStream<R, K>): IntervalJoin<L, R, K>
  sink<T>(transformation: Transformation): DataStreamSink<T>
  /** All prints of a job go through one writer, so that lines never mix. */
  printLines(ends: readonly StreamEnd[], target: 'stdout' | 'stderr'): void
  addCollector(receiver: RecordReceiver): number
  submit(name: string | undefined): Promise<JobClient>
  /** Set: rolling results are given out when their input is quiet. */
  readonly settles: QuietTimes | undefined
  /** Some stream was given event time. */
  hasEventTime: boolean
}
