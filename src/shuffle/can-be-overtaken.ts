import type {PartitionerSpec} from '../graph/index.js'

/**
 * Whether barriers may overtake data in such an exchange. Where a channel has one producer's rows for one consumer by its place (`forward`,
 * `rescale`), or all consumers must have seen the same (`broadcast`), what is under way could not be dealt out again at another parallelism.
 *
 * Source   Flink 2.3 StreamPartitioner.isSupportsUnalignedCheckpoint.
 */
export function canBeOvertaken({kind}: PartitionerSpec): boolean {
  return kind !== 'forward' && kind !== 'rescale' && kind !== 'broadcast'
}
