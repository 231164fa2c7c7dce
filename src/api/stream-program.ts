import type {QuietTimes, Window} from '../operators/index.js'
import {AllWindowedStream} from './all-windowed-stream.js'
import {BroadcastConnectedStream} from './broadcast-connected-stream.js'
import type {BroadcastStream} from './broadcast-stream.js'
import {ConnectedStreams} from './connected-streams.js'
import {DataStream} from './data-stream.js'
import {DataStreamSink} from './data-stream-sink.js'
import {IntervalJoin} from './interval-join.js'
import {CoGroupedStreams, JoinedStreams} from './joined-streams.js'
import {KeyPartitions} from './key-partitions.js'
import {KeyedStream} from './keyed-stream.js'
import type {PartitionWindowedStream} from './partition-windowed-stream.js'
import type {ProgramContext} from './program-context.js'
import type {JobClient} from './program-host.js'
import type {RecordReceiver} from './program-job.js'
import {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {StreamExecutionEnvironment} from './stream-execution-environment.js'
import {SubtaskPartitions} from './subtask-partitions.js'
import {type Exchange, type StreamEnd, Transformation, type TransformationSpec} from './transformation.js'
import type {WindowSettings} from './window-settings.js'
import {WindowedStream} from './windowed-stream.js'

type PrintTarget = 'stdout' | 'stderr'

/** What a program has said so far: its operators, in the order in which they were said. */
export class StreamProgram implements ProgramContext {
  private said: Transformation[] = []
  private receivers: RecordReceiver[] = []
  private readonly printed = new Map<PrintTarget, StreamEnd[]>()
  settles: QuietTimes | undefined = undefined
  hasEventTime = false

  constructor(
    readonly environment: StreamExecutionEnvironment,
    readonly submit: (name: string | undefined) => Promise<JobClient>,
  ) {}

  get transformations(): readonly Transformation[] {
    return this.said
  }

  get collectors(): readonly RecordReceiver[] {
    return this.receivers
  }

  printsTo(target: PrintTarget): boolean {
    return this.printed.has(target)
  }

  /** After a submission a program begins anew. */
  clear(): void {
    this.said = []
    this.receivers = []
    this.printed.clear()
  }

  add(spec: TransformationSpec): Transformation {
    const transformation = new Transformation(spec)
    this.said.push(transformation)
    return transformation
  }

  stream<T>(ends: readonly StreamEnd[]): DataStream<T> {
    return new DataStream(this, ends)
  }

  operator<T>(spec: TransformationSpec): SingleOutputStreamOperator<T> {
    return new SingleOutputStreamOperator(this, this.add(spec))
  }

  keyed<T, K>(
    ends: readonly StreamEnd[],
    selectKey: (value: T) => K,
    keyFields?: readonly string[],
    exchange?: Exchange,
  ): KeyedStream<T, K> {
    return new KeyedStream(this, ends, selectKey, keyFields, exchange)
  }

  connected<A, B, K>(first: DataStream<A>, second: DataStream<B>): ConnectedStreams<A, B, K> {
    return new ConnectedStreams(this, first, second)
  }

  withBroadcast<A, B, K>(stream: DataStream<A>, broadcast: BroadcastStream<B>): BroadcastConnectedStream<A, B, K> {
    return new BroadcastConnectedStream(this, stream, broadcast)
  }

  windowed<T, K, W extends Window>(stream: KeyedStream<T, K>, settings: WindowSettings<T, W>): WindowedStream<T, K, W> {
    return new WindowedStream(stream, settings)
  }

  allWindowed<T, W extends Window>(stream: DataStream<T>, settings: WindowSettings<T, W>): AllWindowedStream<T, W> {
    return new AllWindowedStream(stream, settings)
  }

  subtaskPartitions<T>(stream: DataStream<T>): PartitionWindowedStream<T> {
    return new SubtaskPartitions(stream)
  }

  keyPartitions<T, K>(stream: KeyedStream<T, K>): PartitionWindowedStream<T> {
    return new KeyPartitions(stream)
  }

  joined<A, B>(first: DataStream<A>, second: DataStream<B>): JoinedStreams<A, B> {
    return new JoinedStreams(first, second)
  }

  coGrouped<A, B>(first: DataStream<A>, second: DataStream<B>): CoGroupedStreams<A, B> {
    return new CoGroupedStreams(first, second)
  }

  intervalJoin<L, R, K>(left: KeyedStream<L, K>, right: KeyedStream<R, K>): IntervalJoin<L, R, K> {
    return new IntervalJoin(left, right)
  }

  sink<T>(transformation: Transformation): DataStreamSink<T> {
    return new DataStreamSink(transformation)
  }

  addCollector(receiver: RecordReceiver): number {
    return this.receivers.push(receiver) - 1
  }

  printLines(ends: readonly StreamEnd[], target: PrintTarget): void {
    const printed = this.printed.get(target)
    if (printed !== undefined) printed.push(...ends)
    else this.addPrinter(target, [...ends])
  }

  private addPrinter(target: PrintTarget, ends: StreamEnd[]): void {
    this.printed.set(target, ends)
    this.add({
      kind: 'sink',
      name: target,
      worksOn: 'bytes',
      inputs: [ends],
      maker: {kind: 'builtIn', factory: 'sink.bytes', config: {target: {kind: target}}},
      alwaysOne: 'lines of several writers would mix',
    })
  }
}
