import type {
  AllocationId,
  DataSetId,
  ExecutionAttemptId,
  JobId,
  JobVertexId,
  OperatorId,
  ResultPartitionId,
  Split,
  TaskManagerId,
  TaskRestore,
} from '../core/index.js'

/** How rows find their subpartition. Names as in Flink's partitioners. */
export type PartitionerSpec =
  | {readonly kind: 'forward' | 'rebalance' | 'rescale' | 'broadcast' | 'shuffle' | 'global'}
  /** By key group of the key: a column, or what the key selector of this name answers (see JobModuleSpec). */
  | {readonly kind: 'hash'; readonly keyColumn?: number; readonly keySelectorOf?: string}
  /** Both are names in the program's table of functions; without a key selector the record is the key. */
  | {readonly kind: 'custom'; readonly partitionerOf: string; readonly keySelectorOf?: string}

export type ExchangeMode = 'PIPELINED' | 'BATCH' | 'UNDEFINED'
export type ChainingStrategy = 'ALWAYS' | 'HEAD' | 'NEVER' | 'HEAD_WITH_SOURCES'
export type ResultPartitionType = 'PIPELINED_BOUNDED' | 'BLOCKING'

/** The factory of operators that a job's own program makes; they are found by operator id, since functions are never sent. */
export const USER_FACTORY = 'user'

/** One operator as data: `factory` names its maker in the operator registry, `config` is the maker's JSON. */
export interface OperatorSpec {
  readonly operatorId: OperatorId
  readonly name: string
  /** For plans; absent: the name. */
  readonly description?: string
  readonly factory: string
  readonly config: unknown
}

/** Input of a bounded or unbounded source as data; the JobMaster cuts and assigns splits from it. */
export type SourceInputSpec =
  | {
      readonly kind: 'files'
      readonly files: readonly {
        readonly path: string
        readonly sizeBytes: number
        readonly compression: 'none' | 'gzip' | 'zstd'
        /** Its size is not known (0 stands for it), it cannot be cut and perhaps not be read twice. */
        readonly isStream?: true
      }[]
      readonly splitSizeBytes: number
    }
  | {readonly kind: 'stdin'}
  /** See the split of the same kind. */
  | {
      readonly kind: 'socket'
      readonly host: string
      readonly port: number
      readonly listens?: true
      readonly delimiter?: string
      readonly maxRetries?: number
      readonly retryDelayMs?: number
    }
  /** What a program's own source was divided into: plain data, one split each. */
  | {readonly kind: 'program'; readonly splits: readonly unknown[]}

/**
 * The program of a job: the bundle that every slot loads before it runs the job's tasks. Loading it builds the graph again, and
 * operators, key selectors and partitioners are found in what was built.
 */
export interface JobModuleSpec {
  /** The bundle, an ES module. */
  readonly path: string
  /** `programDigest` of the graph that the client built; a slot that builds another refuses its tasks. */
  readonly digest: string
  /** The user's own file: what `process.argv[1]` says. */
  readonly entryPath: string
  /** What comes behind it. */
  readonly args: readonly string[]
  /** The export that is called after loading, if the program is one that wants to be called. */
  readonly entryFunction?: string
  /** Which of the program's `execute` calls this is, from 0. */
  readonly executionIndex: number
  /** Parallelism of operators that name none. */
  readonly defaultParallelism: number
  /** Where `executeAndCollect` listens for records. */
  readonly collectAddress?: string
}

/** A chain's inner wiring: where each operator's results go. */
export type ChainOutput =
  | {readonly kind: 'chained'; readonly operatorIndex: number; readonly inputIndex: number; readonly outputTag?: string}
  | {readonly kind: 'partition'; readonly partitionIndex: number; readonly outputTag?: string}

export interface ChainedOperatorSpec extends OperatorSpec {
  readonly outputs: readonly ChainOutput[]
}

/** A vertex of the JobGraph: a chain of operators, with the ids Flink gives (vertex id = operator id of the head). */
export interface JobVertexSpec {
  readonly vertexId: JobVertexId
  readonly name: string
  readonly parallelism: number
  readonly maxParallelism: number
  readonly slotSharingGroup: string
  /** Head first; `outputs` index into this array and into `producedDataSets`. */
  readonly operators: readonly ChainedOperatorSpec[]
  readonly input?: SourceInputSpec
  readonly producedDataSets: readonly DataSetSpec[]
}

export interface DataSetSpec {
  readonly dataSetId: DataSetId
  readonly type: ResultPartitionType
}

export interface JobEdgeSpec {
  readonly dataSetId: DataSetId
  readonly source: JobVertexId
  readonly target: JobVertexId
  readonly targetInputIndex: number
  readonly distribution: 'POINTWISE' | 'ALL_TO_ALL'
  readonly partitioner: PartitionerSpec
}

export interface JobGraphSpec {
  readonly jobId: JobId
  readonly name: string
  readonly mode: 'batch' | 'streaming'
  /** In batch mode: where the settings ask for checkpoints, they are taken as long as input is read. Results come when all of it has been. */
  readonly checkpointsInput?: true
  readonly bufferTimeoutMs: number
  /** In topological order. */
  readonly vertices: readonly JobVertexSpec[]
  readonly edges: readonly JobEdgeSpec[]
  /** Settings of the job (`-D`), by option key. */
  readonly config: Readonly<Record<string, string>>
  /** Absent for jobs of built-in operators only. */
  readonly jobModule?: JobModuleSpec
}

/** Where a slot receives data: the socket its thread listens on. Equal addresses are the same slot. */
export interface SlotLocation {
  readonly taskManagerId: TaskManagerId
  readonly slotIndex: number
  readonly dataAddress: string
}

export interface ResultPartitionDeployment {
  readonly partitionId: ResultPartitionId
  readonly type: ResultPartitionType
  readonly subpartitionCount: number
  readonly partitioner: PartitionerSpec
  readonly maxParallelism: number
}

export interface InputChannelDeployment {
  readonly partitionId: ResultPartitionId
  /** Index of the subtask that fills it. */
  readonly producerSubtask?: number
  readonly subpartitionIndex: number
  readonly producer: SlotLocation
}

export interface InputGateDeployment {
  readonly inputIndex: number
  /** How its producers' rows find it; absent: not known. */
  readonly partitioner?: PartitionerSpec
  /** For messages: the vertex that its channels come from, and the sources behind that. */
  readonly producer?: {readonly name: string; readonly parallelism: number; readonly sources: readonly string[]}
  readonly channels: readonly InputChannelDeployment[]
}

/** All a slot needs to run one subtask. */
export interface TaskDeployment {
  readonly jobId: JobId
  readonly jobName: string
  readonly vertexId: JobVertexId
  readonly vertexName: string
  readonly attemptId: ExecutionAttemptId
  readonly attempt: number
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly maxParallelism: number
  readonly allocationId: AllocationId
  readonly slotIndex: number
  readonly bufferTimeoutMs: number
  readonly operators: readonly ChainedOperatorSpec[]
  readonly inputGates: readonly InputGateDeployment[]
  readonly resultPartitions: readonly ResultPartitionDeployment[]
  /** Source chains: the first splits, so that the first batch needs no round trip. */
  readonly initialSplits: readonly Split[]
  readonly noMoreSplits: boolean
  /** What the subtask starts from; absent: from nothing. */
  readonly restore?: TaskRestore
  /** The job takes checkpoints, and this is the folder of what its tasks keep for themselves over attempts. */
  readonly ownedFolder?: string
  readonly config: Readonly<Record<string, string>>
  readonly jobModule?: JobModuleSpec
}
