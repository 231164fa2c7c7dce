import type {Namespace} from '../keys/namespace.js'
import {sameNamespace} from '../keys/same-namespace.js'
import type {SingleTable} from './single-table.js'

/**
 * Folds what the current key has under `sources` into `target` and removes it there. `merge` makes one value of two that nobody
 * else needs any more. Source of the order: Flink 2.3 AbstractHeapMergingState.mergeNamespaces.
 */
export function mergeNamespaces<V>(
  table: SingleTable<V>,
  {target, sources}: {readonly target: Namespace; readonly sources: Iterable<Namespace>},
  merge: (a: V, b: V) => V,
): void {
  let merged: V | undefined
  for (const source of sources) {
    if (sameNamespace(source, target)) continue
    const value = table.take(source)
    if (value !== undefined) merged = merged === undefined ? value : merge(merged, value)
  }
  if (merged === undefined) return
  const before = table.readToChange(target)
  table.write(target, before === undefined ? merged : merge(before, merged))
}
