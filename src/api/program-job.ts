import type {Configuration} from '../config/index.js'
import type {JobId} from '../core/index.js'
import type {JobGraphSpec, PartitionerSpec} from '../graph/index.js'
import type {OperatorInstance} from '../operators/index.js'
import type {SlotPlace} from './slot-place.js'
import type {WorksOn} from './transformation.js'

/** What a slot finds in a program: operators by id, and the functions of exchanges. */
export interface ProgramFunctions {
  /** `config` is what the operator's plan found where the program was started. */
  makeOperator(operatorId: string, config: unknown): OperatorInstance | undefined
  partitionFunctions(partitioner: PartitionerSpec): {
    readonly selectKey?: (value: unknown) => unknown
    readonly partition?: (key: unknown, subpartitionCount: number) => number
    readonly explain?: (thrown: unknown, record: unknown) => unknown
  }
}

/** A job as a program built it, before it is known who runs it. */
export interface ProgramJob {
  readonly name: string
  /** `programDigest` of its graph. */
  readonly digest: string
  readonly configuration: Configuration
  /** Parallelism of operators that name none. */
  readonly defaultParallelism: number
  /** Whether it writes to standard output or standard error while it runs. */
  readonly prints: {readonly stdout: boolean; readonly stderr: boolean; readonly readsStdin: boolean}
  /** Takes what sinks of `executeAndCollect` send, by collector; undefined where nothing is collected. */
  readonly collectors: readonly RecordReceiver[]
  /** What its operators work on, by operator id. */
  readonly worksOn: ReadonlyMap<string, WorksOn>
  /** Operator ids of sources that do not end by themselves. */
  readonly openSources: ReadonlySet<string>
  /** The graph without inputs and without a job's id. */
  readonly graph: JobGraphSpec
  /**
   * The graph, with the inputs that are to be found where the program was started; `notify` hears what was found (a schema).
   * Errors: `user`, from the inputs.
   */
  plan(jobId: JobId, notify?: (notice: string) => void): Promise<JobGraphSpec>
  functions(place: Omit<SlotPlace, 'mode' | 'isBounded' | 'configuration'>): ProgramFunctions
}

/** The program's end of a collecting sink. */
export interface RecordReceiver {
  /** False when no more should come for now; `onRoom` is called when it may go on. */
  receive(records: readonly unknown[]): boolean
  onRoom(callback: () => void): void
  /** All has come, or the job has failed. */
  end(error?: unknown): void
}
