/** Chooses the subtask for a key: a whole number from 0 to `partitionCount` - 1. */
export type Partitioner<K> = ((key: K, partitionCount: number) => number) | PartitionerObject<K>

/** What a class implements. */
export interface PartitionerObject<K> {
  partition(key: K, partitionCount: number): number
}
