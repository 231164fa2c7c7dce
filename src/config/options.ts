import {boolOption, durationOption, floatOption, intOption, memoryOption, stringOption} from './option.js'

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
  slotInspect: stringOption(
    'taskmanager.slot.inspect',
    'off',
    'Whether a debugger can look into the slots (open), or they even wait for it before they load the program (break).',
    ['off', 'open', 'break'],
  ),
  slotInspectAddress: stringOption(
    'taskmanager.slot.inspect-address',
    '127.0.0.1:9230',
    'Where the first slot listens for a debugger, the others on the ports that follow; port 0: any that is free.',
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
    'How long a TaskManager tries to register; then its process is killed and another one started.',
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
  journalMaxSize: memoryOption(
    'source.journal.max-size',
    256 * MIB,
    'Most that is kept on disk of standard input, a socket or a pipe in a job with checkpoints; then it is read on after the next one.',
  ),
  socketRetryDelay: durationOption('source.socket.retry-delay', 500, 'Pause between two attempts to connect.'),
  checkpointInterval: durationOption(
    'execution.checkpointing.interval',
    0,
    'Time between checkpoints of a streaming job; 0: there are none, and a failure ends the job.',
  ),
  checkpointMode: stringOption(
    'execution.checkpointing.mode',
    'EXACTLY_ONCE',
    'Whether barriers hold channels back (EXACTLY_ONCE) or records behind them may count twice after a failure (AT_LEAST_ONCE).',
    ['EXACTLY_ONCE', 'AT_LEAST_ONCE'],
  ),
  checkpointTimeout: durationOption(
    'execution.checkpointing.timeout',
    600_000,
    'A checkpoint that is not complete after this time is given up.',
  ),
  checkpointMinPause: durationOption(
    'execution.checkpointing.min-pause',
    0,
    'Shortest time between the end of a checkpoint and the start of the next.',
  ),
  maxConcurrentCheckpoints: intOption(
    'execution.checkpointing.max-concurrent-checkpoints',
    1,
    'Checkpoints that may be on their way at once.',
    {min: 1, max: 100},
  ),
  unalignedCheckpoints: boolOption(
    'execution.checkpointing.unaligned.enabled',
    false,
    'Barriers overtake the data in the channels, which becomes part of the checkpoint: it does not wait for a slow consumer.',
  ),
  alignedCheckpointTimeout: durationOption(
    'execution.checkpointing.aligned-checkpoint-timeout',
    0,
    'With unaligned checkpoints: barriers stay behind the data for so long, and overtake it after that; 0: they overtake it at once.',
  ),
  tolerableFailedCheckpoints: intOption(
    'execution.checkpointing.tolerable-failed-checkpoints',
    0,
    'Checkpoints that may fail in a row before the job is restarted.',
    {min: 0},
  ),
  checkpointDir: stringOption(
    'execution.checkpointing.dir',
    '',
    'Folder of the checkpoints, in one folder a job; empty: in the run directory, which goes with the cluster.',
  ),
  savepointDir: stringOption('execution.checkpointing.savepoint-dir', '', 'Folder of savepoints that name none.'),
  retainedCheckpoints: intOption('execution.checkpointing.num-retained', 1, 'Completed checkpoints that are kept.', {
    min: 1,
    max: 1000,
  }),
  checkpointRetention: stringOption(
    'execution.checkpointing.externalized-checkpoint-retention',
    'NO_EXTERNALIZED_CHECKPOINTS',
    'Whether checkpoints stay when a job has failed (DELETE_ON_CANCELLATION), or was cancelled as well (RETAIN_ON_CANCELLATION).',
    ['NO_EXTERNALIZED_CHECKPOINTS', 'DELETE_ON_CANCELLATION', 'RETAIN_ON_CANCELLATION'],
  ),
  incrementalCheckpoints: boolOption(
    'execution.checkpointing.incremental',
    true,
    'A checkpoint writes only what changed since the one before. Flink has false.',
  ),
  checkpointsAfterTasksFinish: boolOption(
    'execution.checkpointing.checkpoints-after-tasks-finish',
    true,
    'Checkpoints go on when some tasks of a job have finished.',
  ),
  stateBackend: stringOption(
    'state.backend.type',
    'hashmap',
    'Where keyed state is kept: in memory (hashmap), or on disk with what was used last in memory (rocksdb).',
    ['hashmap', 'rocksdb'],
  ),
  rocksManagedMemory: boolOption(
    'state.backend.rocksdb.memory.managed',
    true,
    "RocksDB and the rows kept in memory take 70 % of a slot's managed memory; else 64m.",
  ),
  rocksFixedMemory: memoryOption(
    'state.backend.rocksdb.memory.fixed-per-slot',
    0,
    'Memory of a slot for RocksDB and the rows kept in memory, beside its managed memory; 0: as state.backend.rocksdb.memory.managed says.',
  ),
  rocksCompaction: stringOption(
    'state.backend.rocksdb.compaction.style',
    'LEVEL',
    'How RocksDB orders its files: LEVEL takes less disk, UNIVERSAL less time to write and up to twice the disk.',
    ['LEVEL', 'UNIVERSAL'],
  ),
  restorePath: stringOption(
    'execution.state-recovery.path',
    '',
    'The checkpoint or savepoint that a job starts from (also -s).',
  ),
  allowNonRestoredState: boolOption(
    'execution.state-recovery.ignore-unclaimed-state',
    false,
    'State of operators that the job does not have any more is left behind (also -n).',
  ),
  restartStrategy: stringOption(
    'restart-strategy.type',
    '',
    'What a failure does to a job: none, fixed-delay, failure-rate, exponential-delay; empty: exponential-delay with checkpoints, else none.',
    [
      '',
      'none',
      'off',
      'disable',
      'fixed-delay',
      'fixeddelay',
      'failure-rate',
      'failurerate',
      'exponential-delay',
      'exponentialdelay',
    ],
  ),
  fixedDelayAttempts: intOption('restart-strategy.fixed-delay.attempts', 1, 'Restarts before the job fails.', {min: 0}),
  fixedDelay: durationOption('restart-strategy.fixed-delay.delay', 1000, 'Pause before a restart.'),
  failureRateMax: intOption(
    'restart-strategy.failure-rate.max-failures-per-interval',
    1,
    'Failures within the interval that the job survives.',
    {min: 1},
  ),
  failureRateInterval: durationOption(
    'restart-strategy.failure-rate.failure-rate-interval',
    60_000,
    'The interval in which failures are counted.',
  ),
  failureRateDelay: durationOption('restart-strategy.failure-rate.delay', 1000, 'Pause before a restart.'),
  exponentialInitial: durationOption(
    'restart-strategy.exponential-delay.initial-backoff',
    100,
    'First pause before a restart. Flink has 1 s, for failures of a network.',
  ),
  exponentialMax: durationOption(
    'restart-strategy.exponential-delay.max-backoff',
    60_000,
    'Longest pause before a restart.',
  ),
  exponentialMultiplier: floatOption(
    'restart-strategy.exponential-delay.backoff-multiplier',
    1.5,
    'By this the pause grows from failure to failure.',
    {min: 1},
  ),
  exponentialReset: durationOption(
    'restart-strategy.exponential-delay.reset-backoff-threshold',
    3_600_000,
    'Time without a failure after which the pause is the first one again.',
  ),
  exponentialJitter: floatOption(
    'restart-strategy.exponential-delay.jitter-factor',
    0.1,
    'Share of the pause by which it varies at random.',
    {min: 0, max: 1},
  ),
  exponentialAttempts: intOption(
    'restart-strategy.exponential-delay.attempts-before-reset-backoff',
    0,
    'Failures without a reset of the pause before the job fails; 0: no limit.',
    {min: 0},
  ),
  failoverStrategy: stringOption(
    'jobmanager.execution.failover-strategy',
    'region',
    'What is restarted: the pipelined region of what failed and what reads its results (region), or the job (full).',
    ['region', 'full'],
  ),
  highAvailability: stringOption(
    'high-availability.type',
    'none',
    'filesystem: the JobManager is a process of its own, and a standby takes over when it dies. none: it runs in the command. Also high-availability, as in older Flink.',
    ['none', 'filesystem'],
  ),
  highAvailabilityStorageDir: stringOption(
    'high-availability.storageDir',
    '',
    'Folder in which the leader, its job and the latest checkpoints are remembered; on a disk of this host.',
  ),
  highAvailabilityClusterId: stringOption(
    'high-availability.cluster-id',
    'default',
    'Folder below the storage folder; commands that run at the same time need different ones.',
  ),
  highAvailabilityStandbys: intOption('high-availability.standbys', 1, 'JobManager processes that wait to take over.', {
    min: 0,
    max: 8,
  }),
  leaseDuration: durationOption(
    'high-availability.filesystem.lease-duration',
    10_000,
    'A leader that lives but has given no sign for so long is taken over. One that has died is taken over at once.',
  ),
  leaseRetryPeriod: durationOption(
    'high-availability.filesystem.retry-period',
    50,
    'How often standbys and TaskManagers look for the leader.',
  ),
  exceptionHistorySize: intOption('web.exception-history-size', 16, 'Failures of a job that are remembered.', {
    min: 1,
    max: 1000,
  }),
} as const
