import type {Entry} from '../heap/key-table.js'
import {mergeNamespaces} from '../heap/merge-namespaces.js'
import {SharedList} from '../heap/shared-list.js'
import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {ListState} from '../states.js'
import type {Expiring} from './expiring.js'
import {TtlState} from './ttl-state.js'

type ExpiringList<T> = SharedList<Expiring<T>>

export class TtlListState<T> extends TtlState<ExpiringList<T>> implements ListState<T>, MergingState {
  get(): readonly T[] {
    const nowMs = this.accessedAt()
    const entry = this.table.find(this.namespace)
    if (entry === undefined) return []
    const list = this.table.expose(entry)
    const all = list.peek()
    const unexpired = all.filter((element) => !this.isExpired(element, nowMs))
    this.keep(list, unexpired, nowMs)
    return (this.ttl.returnExpired ? all : unexpired).map(({value}) => value)
  }

  add(value: T): void {
    this.append([{value, lastAccessMs: this.accessedAt()}])
  }

  addAll(values: Iterable<T>): void {
    const lastAccessMs = this.accessedAt()
    this.append(Array.from(values, (value) => ({value, lastAccessMs})))
  }

  update(values: Iterable<T>): void {
    const lastAccessMs = this.accessedAt()
    this.replace(Array.from(values, (value) => ({value, lastAccessMs})))
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, (a, b) => {
      a.addAll(b.peek())
      return a
    })
  }

  protected override unexpired({value: list}: Entry<ExpiringList<T>>, nowMs: number): ExpiringList<T> | undefined {
    const all = list.peek()
    const unexpired = all.filter((element) => !this.isExpired(element, nowMs))
    if (unexpired.length === all.length) return list
    return unexpired.length === 0 ? undefined : new SharedList(unexpired)
  }

  /**
   * What a read leaves behind. As in Flink, a list of which all is expired goes; one that is partly expired is trimmed where the
   * read counts as a touch, or where expired elements cannot be seen anyway.
   */
  private keep(list: ExpiringList<T>, unexpired: readonly Expiring<T>[], nowMs: number): void {
    const {updateOnRead, returnExpired} = this.ttl
    if (unexpired.length === 0) this.table.remove(this.namespace)
    else if (updateOnRead) this.replace(unexpired.map(({value}) => ({value, lastAccessMs: nowMs})))
    else if (!returnExpired && unexpired.length < list.length) this.replace(unexpired)
  }

  private append(elements: readonly Expiring<T>[]): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) this.replace(elements)
    else this.table.own(entry).addAll(elements)
  }

  private replace(elements: readonly Expiring<T>[]): void {
    if (elements.length === 0) this.table.remove(this.namespace)
    else this.table.write(this.namespace, new SharedList(elements))
  }
}
