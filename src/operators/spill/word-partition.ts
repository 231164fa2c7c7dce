/**
 * Partition of a word's bytes at a level of partitioning: another hash function on each level, so that the words of one
 * partition spread over all partitions of the next level. FNV-1a with a seed by level, finished by Murmur3's mixer.
 */
export function wordPartition(
  bytes: Uint8Array,
  start: number,
  end: number,
  level: number,
  partitionCount: number,
): number {
  let hash = 0x811c9dc5 ^ Math.imul(level + 1, 0x9e3779b9)
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % partitionCount
}
