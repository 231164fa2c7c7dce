// What a program gets from 'fts'. Everything here is documented in docs/datastream.md.
export type {
  Sink,
  SinkObject,
  SinkRecordContext,
  SinkWriter,
  SinkWriterContext,
  Source,
  SourceOutput,
  SourceReader,
  SourceReaderContext,
} from '../connectors/index.js'
export {type Duration, FtsError} from '../core/index.js'
export {
  AbstractRichFunction,
  type AsyncFunction,
  type AsyncFunctionObject,
  type AsyncRetryPredicates,
  type AsyncRetryStrategy,
  type BroadcastContext,
  type BroadcastOnTimerContext,
  BroadcastProcessFunction,
  type CoFlatMapFunction,
  type Collector,
  type CoMapFunction,
  CoProcessFunction,
  Counter,
  type ExponentialBackoffRetry,
  exponentialBackoffRetry,
  type FilterFunction,
  type FixedDelayRetry,
  type FlatMapFunction,
  fixedDelayRetry,
  type KeyedBroadcastContext,
  KeyedBroadcastProcessFunction,
  KeyedCoProcessFunction,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type KeyedReadOnlyBroadcastContext,
  type KeySelector,
  type MapFunction,
  type OnTimerContext,
  OutputTag,
  type Partitioner,
  type ProcessContext,
  ProcessFunction,
  type ReadOnlyBroadcastContext,
  type ResultFuture,
  type RichFunction,
  type RuntimeContext,
  type TaskInfo,
  type TimeDomain,
  type TimerService,
  type TimestampAssigner,
  type WatermarkGenerator,
  type WatermarkGeneratorContext,
  type WatermarkOutput,
  WatermarkStrategy,
} from '../operators/index.js'
export {
  type AggregateFunction,
  type AggregatingState,
  AggregatingStateDescriptor,
  type BroadcastState,
  type ListState,
  ListStateDescriptor,
  type MapState,
  MapStateDescriptor,
  type ReadonlyMapState,
  type ReduceFunction,
  type ReducingState,
  ReducingStateDescriptor,
  type StateTtlConfig,
  type ValueState,
  ValueStateDescriptor,
} from '../state/index.js'
export {AsyncDataStream, type AsyncOptions} from './async-data-stream.js'
export {BroadcastConnectedStream} from './broadcast-connected-stream.js'
export {BroadcastStream} from './broadcast-stream.js'
export {CollectedRecords} from './collected-records.js'
export {ConnectedStreams} from './connected-streams.js'
export {DataStream} from './data-stream.js'
export {DataStreamSink} from './data-stream-sink.js'
export type {GeneratorOptions} from './generator-source.js'
export type {JobExecutionResult} from './job-execution-result.js'
export {KeyedStream} from './keyed-stream.js'
export type {JobClient} from './program-host.js'
export {SingleOutputStreamOperator} from './single-output-stream-operator.js'
export {
  type LocalEnvironmentOptions,
  type RuntimeMode,
  StreamExecutionEnvironment,
} from './stream-execution-environment.js'
export type {FieldOf, FieldType, NumericFieldOf, Rec} from './stream-types.js'
export type {SocketTextOptions} from './text-sources.js'
