import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {ListState} from '../states.js'
import type {EntryTable} from './entry-table.js'
import {HeapState} from './heap-state.js'
import {mergeNamespaces} from './merge-namespaces.js'
import {SharedList} from './shared-list.js'

const NOTHING: readonly never[] = Object.freeze([])

export class HeapListState<T> extends HeapState<EntryTable<SharedList<T>>> implements ListState<T>, MergingState {
  get(): readonly T[] {
    const entry = this.table.find(this.namespace)
    return entry === undefined ? NOTHING : this.table.expose(entry).snapshot()
  }

  add(value: T): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) this.table.write(this.namespace, new SharedList([value]))
    else this.table.own(entry).add(value)
  }

  addAll(values: Iterable<T>): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) this.update(values)
    else this.table.own(entry).addAll(values)
  }

  update(values: Iterable<T>): void {
    const list = new SharedList(values)
    if (list.length === 0) this.clear()
    else this.table.write(this.namespace, list)
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, (a, b) => {
      a.addAll(b.peek())
      return a
    })
  }
}
