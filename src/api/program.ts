// What a program gets from 'fts'. Everything here is documented in docs/datastream.md. Functions have the names that Flink gives to what a
// class implements; methods take plain functions, too.

export type {
  BadRecord,
  BadRecordPolicy,
  BucketAssigner,
  BucketContext,
  Committer,
  CsvReadOptions,
  CsvWriteOptions,
  FieldType as SchemaFieldType,
  JsonReadOptions,
  RecordEncoder,
  RollingPolicy,
  SchemaOption,
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
export {OnCheckpointRollingPolicy} from '../connectors/index.js'
export {type Duration, FtsError} from '../core/index.js'
export {
  AbstractRichFunction,
  type Accumulator,
  type AllWindowFunctionObject as AllWindowFunction,
  type AsyncFunctionObject as AsyncFunction,
  type AsyncRetryPredicates,
  type AsyncRetryStrategy,
  AverageAccumulator,
  type BroadcastContext,
  type BroadcastOnTimerContext,
  BroadcastProcessFunction,
  type CheckpointedFunction,
  type CheckpointListener,
  type CoFlatMapFunction,
  type CoGroupFunctionObject as CoGroupFunction,
  type Collector,
  type CoMapFunction,
  ContinuousEventTimeTrigger,
  ContinuousProcessingTimeTrigger,
  CoProcessFunction,
  CountEvictor,
  Counter,
  CountTrigger,
  DeltaEvictor,
  type DeltaFunction,
  DeltaTrigger,
  DoubleCounter,
  DoubleMaximum,
  DoubleMinimum,
  DynamicEventTimeSessionWindows,
  DynamicProcessingTimeSessionWindows,
  EventTimeSessionWindows,
  EventTimeTrigger,
  Evictor,
  type ExponentialBackoffRetry,
  exponentialBackoffRetry,
  type FilterFunctionObject as FilterFunction,
  type FixedDelayRetry,
  type FlatJoinFunctionObject as FlatJoinFunction,
  type FlatMapFunctionObject as FlatMapFunction,
  type FunctionInitializationContext,
  type FunctionSnapshotContext,
  fixedDelayRetry,
  GlobalWindow,
  GlobalWindows,
  Histogram,
  IntCounter,
  IntMaximum,
  IntMinimum,
  type JoinContext,
  type JoinFunctionObject as JoinFunction,
  type KeyedBroadcastContext,
  KeyedBroadcastProcessFunction,
  KeyedCoProcessFunction,
  type KeyedProcessContext,
  KeyedProcessFunction,
  type KeyedReadOnlyBroadcastContext,
  type KeySelectorObject as KeySelector,
  ListAccumulator,
  LongCounter,
  LongMaximum,
  LongMinimum,
  type MapFunctionObject as MapFunction,
  type MapPartitionFunction,
  NeverTrigger,
  type OnTimerContext,
  OutputTag,
  type PartitionerObject as Partitioner,
  ProcessAllWindowFunction,
  type ProcessContext,
  ProcessFunction,
  ProcessingTimeoutTrigger,
  ProcessingTimeSessionWindows,
  ProcessingTimeTrigger,
  ProcessJoinFunction,
  ProcessWindowFunction,
  PurgingTrigger,
  type ReadOnlyBroadcastContext,
  type ResultFuture,
  RichCoFlatMapFunction,
  RichCoMapFunction,
  RichFilterFunction,
  RichFlatMapFunction,
  type RichFunction,
  RichMapFunction,
  type RuntimeContext,
  SlidingEventTimeWindows,
  SlidingProcessingTimeWindows,
  type TaggedUnion,
  type TaskInfo,
  type TimeDomain,
  TimeEvictor,
  type TimerService,
  type TimestampAssignerObject as TimestampAssigner,
  TimeWindow,
  Trigger,
  type TriggerContext,
  TriggerResult,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  type WatermarkGenerator,
  type WatermarkGeneratorContext,
  type WatermarkOutput,
  WatermarkStrategy,
  type Window,
  WindowAssigner,
  type WindowContext,
  type WindowFunctionObject as WindowFunction,
} from '../operators/index.js'
export {
  type AggregateFunction,
  type AggregatingState,
  AggregatingStateDescriptor,
  type BroadcastState,
  type KeyedStateStore,
  type ListState,
  ListStateDescriptor,
  type MapState,
  MapStateDescriptor,
  type OperatorStateStore,
  type ReadonlyMapState,
  type ReduceFunction,
  type ReducingState,
  ReducingStateDescriptor,
  type StateTtlConfig,
  type ValueState,
  ValueStateDescriptor,
} from '../state/index.js'
export type {TypeClass, TypeSerializer} from '../types/index.js'
export {AllWindowedStream} from './all-windowed-stream.js'
export {AsyncDataStream, type AsyncOptions} from './async-data-stream.js'
export {BroadcastConnectedStream} from './broadcast-connected-stream.js'
export {BroadcastStream} from './broadcast-stream.js'
export {CheckpointConfig, type CheckpointingMode, type CheckpointRetention} from './checkpoint-config.js'
export {CollectedRecords} from './collected-records.js'
export {ConnectedStreams} from './connected-streams.js'
export {DataStream} from './data-stream.js'
export {DataStreamSink} from './data-stream-sink.js'
export {DataStreamUtils} from './data-stream-utils.js'
export type {ParallelCollection} from './element-sources.js'
export type {AggregateResult, FieldAggregate, FieldAggregates} from './field-aggregates.js'
export {
  FileSink,
  type FileSinkBuckets,
  type FileSinkFormat,
  type FileSinkOptions,
  type FileSinkRolling,
} from './file-sink.js'
export {FileSource} from './file-source.js'
export {type AnyRecord, BAD_RECORDS, Formats, type RecordOf, type SourceFormat} from './formats.js'
export type {GeneratorOptions} from './generator-source.js'
export {IntervalJoin, IntervalJoined} from './interval-join.js'
export type {JobExecutionResult} from './job-execution-result.js'
export type {JobListener} from './job-listener.js'
export {CoGroupedStreams, CoGroupedWindow, JoinedStreams, JoinedWindow, type KeyOf} from './joined-streams.js'
export {KeyedStream} from './keyed-stream.js'
export type {WriteToSocketOptions} from './line-sinks.js'
export {MultipleParameterTool} from './multiple-parameter-tool.js'
export {ParameterTool} from './parameter-tool.js'
export type {PartitionWindowedStream, SortOrder} from './partition-windowed-stream.js'
export type {JobClient} from './program-host.js'
export {SingleOutputStreamOperator} from './single-output-stream-operator.js'
export {
  type LocalEnvironmentOptions,
  type RuntimeMode,
  StreamExecutionEnvironment,
} from './stream-execution-environment.js'
export type {FieldOf, FieldType, NumericFieldOf, Rec} from './stream-types.js'
export type {FileSourceOptions, SocketTextOptions, TailFileOptions} from './text-sources.js'
export {WindowedStream} from './windowed-stream.js'
