import type {ChainingStrategy, ExchangeMode, PartitionerSpec, SourceInputSpec} from './specs.js'

/** What a program says of one operator. */
export interface StreamNodeSpec {
  readonly name: string
  /** What it does, for plans; absent: its name says it. */
  readonly description?: string
  /** The user's stable id; state is found again by it. */
  readonly uid?: string
  /** Name of the operator's maker in the operator registry, and the maker's JSON. */
  readonly factory: string
  readonly config: unknown
  readonly parallelism: number
  /** Absent: derived from the parallelism. */
  readonly maxParallelism?: number
  /** Default: ALWAYS. */
  readonly chaining?: ChainingStrategy
  /** Absent: that of the inputs if they agree, else `default`. */
  readonly slotSharingGroup?: string
  /** Sources: what the JobMaster cuts splits from. */
  readonly input?: SourceInputSpec
  /** The operator hands its thread back while it works (Flink's async wait): not behind a legacy source. */
  readonly yielding?: boolean
  /** A source that runs its own loop instead of being polled (Flink's SourceFunction). */
  readonly legacySource?: boolean
}

/** An operator of a StreamGraph. `name` carries Flink's `Source: ` or `: Writer`; ids count up from 1. */
export interface StreamNode extends StreamNodeSpec {
  readonly nodeId: number
  readonly kind: 'source' | 'operator' | 'sink'
  readonly chaining: ChainingStrategy
}

export interface StreamEdgeSpec {
  /** Node ids. */
  readonly source: number
  readonly target: number
  /** Default: 0. Several edges with the same index are a union. */
  readonly targetInputIndex?: number
  /** Default: forward if both ends have the same parallelism, else rebalance. */
  readonly partitioner?: PartitionerSpec
  /** Default: UNDEFINED, which is pipelined. BATCH makes a blocking result. */
  readonly exchangeMode?: ExchangeMode
  /** Only the records of this side output travel on the edge. */
  readonly outputTag?: string
}

export interface StreamEdge extends StreamEdgeSpec {
  readonly targetInputIndex: number
  readonly partitioner: PartitionerSpec
  readonly exchangeMode: ExchangeMode
}
