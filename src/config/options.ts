import {durationOption, floatOption, intOption, memoryOption, stringOption} from './option.js'

const KIB = 1024
const MIB = 1024 * KIB

/**
 * The one table of options. Keys are Flink's where the meaning is Flink's; a default that differs says why.
 */
export const OPTIONS = {
  parallelism: intOption(
    'parallelism.default',
    0,
    'Parallelism of a job that names none; 0 takes the number of usable cores.',
    {min: 0, max: 32768},
  ),
  slotsPerTaskManager: intOption(
    'taskmanager.numberOfTaskSlots',
    0,
    'Slots of each TaskManager; 0 gives as many as the job needs.',
    {min: 0, max: 1024},
  ),
  numTaskManagers: intOption('taskmanager.number', 1, 'TaskManager processes to fork (also --num-taskmanagers).', {
    min: 1,
    max: 256,
  }),
  taskManagerMemory: memoryOption(
    'taskmanager.memory.flink.size',
    0,
    'Budget of one TaskManager (heap, managed, network); 0 derives it from the machine and the cgroup limit.',
  ),
  managedFraction: floatOption(
    'taskmanager.memory.managed.fraction',
    0.4,
    'Share of the budget that is managed memory.',
    {min: 0, max: 1},
  ),
  networkFraction: floatOption(
    'taskmanager.memory.network.fraction',
    0.1,
    'Share of the budget for network segments.',
    {min: 0, max: 1},
  ),
  networkMin: memoryOption(
    'taskmanager.memory.network.min',
    16 * MIB,
    'Least network memory; Flink has 64m, our segments are shared by one host.',
  ),
  networkMax: memoryOption('taskmanager.memory.network.max', 256 * MIB, 'Most network memory.'),
  frameworkHeap: memoryOption(
    'taskmanager.memory.framework.heap.size',
    64 * MIB,
    'Heap of the TaskManager itself; Flink has 128m for a JVM.',
  ),
  segmentSize: memoryOption(
    'taskmanager.memory.segment-size',
    32 * KIB,
    'Size of a network segment and of a page of managed memory.',
    {min: 4 * KIB},
  ),
  memoryManager: stringOption(
    'taskmanager.memory.manager',
    'pooled',
    'pooled, simple, or the path of a module that exports a MemoryManagerFactory.',
  ),
  buffersPerChannel: intOption(
    'taskmanager.network.memory.buffers-per-channel',
    2,
    'Exclusive segments of an input channel (its first credit).',
    {min: 1},
  ),
  floatingBuffersPerGate: intOption(
    'taskmanager.network.memory.floating-buffers-per-gate',
    64,
    'Segments a gate lends to channels with a backlog; Flink has 8, two megabytes are what keeps two tasks busy here.',
    {min: 0},
  ),
  maxBuffersPerChannel: intOption(
    'taskmanager.network.memory.max-buffers-per-channel',
    32,
    'Segments a subpartition may have queued before its task is backpressured; Flink has 10.',
    {min: 1},
  ),
  bufferTimeout: durationOption(
    'execution.buffer-timeout.interval',
    10,
    'Longest time a row waits for its segment to fill; 0 flushes every batch. Flink has 100 ms.',
  ),
  autoWatermarkInterval: durationOption(
    'pipeline.auto-watermark-interval',
    200,
    'How often watermark generators are asked for a watermark; 0: only after records.',
  ),
  maxLineBytes: memoryOption(
    'source.text.max-line-size',
    16 * MIB,
    'A longer line of text is an error, so that memory stays bounded.',
    {min: 1 * KIB},
  ),
  partitionRequestTimeout: durationOption(
    'taskmanager.network.partition-request-timeout',
    10_000,
    'How long a consumer waits for its producer to appear.',
  ),
  tmpDirs: stringOption(
    'io.tmp.dirs',
    '',
    "Folders for spilled files, separated by commas; empty takes the system's temporary folder.",
  ),
  heartbeatInterval: durationOption(
    'heartbeat.interval',
    500,
    'Time between heartbeats; they carry the metrics. Flink has 10 s across hosts.',
  ),
  heartbeatTimeout: durationOption(
    'heartbeat.timeout',
    10_000,
    'Silence after which a peer counts as dead. Flink has 50 s.',
  ),
  slotRequestTimeout: durationOption(
    'slot.request.timeout',
    10_000,
    'How long a job waits for slots that registered TaskManagers could still free.',
  ),
  registrationTimeout: durationOption(
    'taskmanager.registration.timeout',
    30_000,
    'How long a TaskManager tries to register.',
  ),
  cancellationTimeout: durationOption(
    'task.cancellation.timeout',
    800,
    'How long a cancelled task may take to stop before its TaskManager process is killed. Flink has 180 s.',
  ),
  splitSize: memoryOption('source.file.split-size', 4 * MIB, 'Size of a byte-range split of a large text file.', {
    min: 64 * KIB,
  }),
  readBlockSize: memoryOption('source.file.block-size', 256 * KIB, 'Bytes read at once from a file.', {min: 4 * KIB}),
  maxWordBytes: memoryOption(
    'wordcount.max-word-size',
    1 * MIB,
    'A longer run of bytes without white space is an error, so that memory stays bounded.',
    {min: 1 * KIB},
  ),
  socketRetries: intOption(
    'source.socket.max-retries',
    3,
    "How often a socket source connects again, as socketTextStream's maxRetry (-1: for ever).",
    {min: -1},
  ),
  socketRetryDelay: durationOption('source.socket.retry-delay', 500, 'Pause between two attempts to connect.'),
} as const
