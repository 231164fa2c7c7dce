import type {Namespace} from '../keys/namespace.js'
import {namespaceHash, sameNamespace} from '../keys/same-namespace.js'
import {KeyTable} from './key-table.js'

/** The key tables of a state by namespace. The one used last is found without hashing: records come window by window. */
export class NamespaceTables<V> {
  private last: KeyTable<V> | undefined = undefined
  private readonly byHash = new Map<unknown, KeyTable<V>>()

  find(namespace: Namespace): KeyTable<V> | undefined {
    const {last} = this
    if (last !== undefined && sameNamespace(last.namespace, namespace)) return last
    return this.findByHash(namespace)
  }

  findOrCreate(namespace: Namespace): KeyTable<V> {
    const found = this.find(namespace)
    if (found !== undefined) return found
    const table = new KeyTable<V>(namespace)
    const hash = namespaceHash(namespace)
    table.next = this.byHash.get(hash)
    this.byHash.set(hash, table)
    this.last = table
    return table
  }

  remove(table: KeyTable<V>): void {
    if (this.last === table) this.last = undefined
    const hash = namespaceHash(table.namespace)
    const rest = without(this.byHash.get(hash), table)
    if (rest === undefined) this.byHash.delete(hash)
    else this.byHash.set(hash, rest)
  }

  /** In the order of their hashes' first coming. While it is walked through, tables may come and go. */
  *tables(): Generator<KeyTable<V>> {
    for (const first of this.byHash.values())
      for (let table: KeyTable<V> | undefined = first; table !== undefined; table = table.next) yield table
  }

  private findByHash(namespace: Namespace): KeyTable<V> | undefined {
    let table = this.byHash.get(namespaceHash(namespace))
    while (table !== undefined && !sameNamespace(table.namespace, namespace)) table = table.next
    if (table !== undefined) this.last = table
    return table
  }
}

function without<V>(first: KeyTable<V> | undefined, gone: KeyTable<V>): KeyTable<V> | undefined {
  if (first === gone) return gone.next
  for (let table = first; table !== undefined; table = table.next) if (table.next === gone) table.next = gone.next
  return first
}
