import type {Configuration} from '../config/index.js'
import type {ChainingStrategy, SourceInputSpec} from '../graph/index.js'
import type {FieldPredicate, OperatorInstance} from '../operators/index.js'
import type {SlotPlace} from './slot-place.js'

/** How rows of a stream find the next operator's subtask. `hash` and `custom` bring the program's functions. */
export type Exchange =
  | {readonly kind: 'forward' | 'rebalance' | 'rescale' | 'broadcast' | 'shuffle' | 'global'}
  | {readonly kind: 'hash'; readonly selectKey: (value: unknown) => unknown}
  | {
      readonly kind: 'custom'
      readonly partition: (key: unknown, partitionCount: number) => number
      readonly selectKey?: (value: unknown) => unknown
    }

/** One producer of a stream, and how its rows leave it. A union has several. */
export interface StreamEnd {
  readonly from: Transformation
  /** Absent: forward if both ends have the same parallelism, else rebalance. */
  readonly exchange?: Exchange
  /** Only the rows of this side output. */
  readonly outputTag?: string
}

/** What an operator mostly works on, for `fts info`; `comparisons`: a filter that was read from its text and works on bytes. */
export type WorksOn = 'bytes' | 'columns' | 'records' | 'user functions' | 'comparisons'

/** How the operator is made: from a built-in factory and data, or in the slot by this program. */
export type OperatorMaker =
  | {readonly kind: 'builtIn'; readonly factory: string; readonly config: unknown}
  /** The same, where options decide on the config. */
  | {readonly kind: 'configured'; readonly factory: string; config(configuration: Configuration): unknown}
  | {readonly kind: 'program'; make(place: SlotPlace, planned: unknown): OperatorInstance}

/** What was found where the program was started. */
export interface PlannedSource {
  /** What the JobMaster hands out. */
  readonly input: SourceInputSpec
  /** Plain data for the operator's maker: a schema, say. */
  readonly planned?: unknown
  /** A sentence for whoever started the program: what was found. */
  readonly notice?: string
}

/** The operator that makes records of what a source reads: to the user they are one, in the graph two, so that chains can be fused. */
export interface SourceParser {
  readonly name: string
  readonly worksOn: WorksOn
  readonly factory: string
  /** From what was planned; undefined where the program only builds its graph. */
  config(planned: unknown): unknown
}

/** What a source needs beside its operator. */
export interface SourcePlan {
  readonly bounded: boolean
  /** Looks outside, once, where the program was started: paths become files. Errors: `user`, from the input. */
  plan(parallelism: number, configuration: Configuration): Promise<PlannedSource>
}

export interface TransformationSpec {
  readonly kind: 'source' | 'operator' | 'sink'
  readonly name: string
  readonly maker: OperatorMaker
  readonly worksOn: WorksOn
  /** By input index; several ends with one index are a union. */
  readonly inputs: readonly (readonly StreamEnd[])[]
  readonly source?: SourcePlan
  /** Of sources of bytes. */
  readonly parser?: SourceParser
  readonly parallelism?: number
  /** The parallelism is that of the input, so that both are one task and the order stays. */
  readonly followsInput?: boolean
  /** Of a filter that can be read from its text. */
  readonly predicate?: FieldPredicate
  /** Left out in streaming mode: who reads it reads its input instead. */
  readonly isForBatchOnly?: boolean
  /** Why the parallelism is 1 and stays so. */
  readonly alwaysOne?: string
}

/** One operator of a program as it is built; the settings may change until `execute`. */
export class Transformation {
  name: string
  uid: string | undefined
  parallelism: number | undefined
  maxParallelism: number | undefined
  chaining: ChainingStrategy | undefined
  slotSharingGroup: string | undefined
  description: string | undefined
  /** Why the parallelism is 1 and stays so. */
  alwaysOne: string | undefined

  constructor(readonly spec: TransformationSpec) {
    this.name = spec.name
    this.alwaysOne = spec.alwaysOne
    this.parallelism = spec.alwaysOne === undefined ? spec.parallelism : 1
  }
}
