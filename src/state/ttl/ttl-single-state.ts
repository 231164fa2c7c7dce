import type {Entry} from '../heap/key-table.js'
import type {Expiring} from './expiring.js'
import {TtlState} from './ttl-state.js'

/** The kinds that hold one value per key and namespace. */
export abstract class TtlSingleState<T> extends TtlState<Expiring<T>> {
  /** Expired state is removed by the read, which may still give it, once. */
  protected read(): Expiring<T> | undefined {
    const nowMs = this.accessedAt()
    const entry = this.table.find(this.namespace)
    if (entry === undefined) return undefined
    const stored = this.table.expose(entry)
    if (this.isExpired(stored, nowMs)) {
      this.table.remove(this.namespace)
      return this.ttl.returnExpired ? stored : undefined
    }
    if (this.ttl.updateOnRead) this.store(stored.value, nowMs)
    return stored
  }

  /** What a write adds to, if anything. */
  protected base(nowMs: number): Expiring<T> | undefined {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) return undefined
    const stored = this.table.expose(entry)
    return this.isVisible(stored, nowMs) ? stored : undefined
  }

  protected store(value: T, nowMs: number): void {
    this.table.write(this.namespace, {value, lastAccessMs: nowMs})
  }

  protected override unexpired({value}: Entry<Expiring<T>>, nowMs: number): Expiring<T> | undefined {
    return this.isExpired(value, nowMs) ? undefined : value
  }

  /** How two stored values of merging namespaces become one: what is expired is left out, what is left is as new. */
  protected merging(combine: (a: T, b: T) => T): (a: Expiring<T>, b: Expiring<T>) => Expiring<T> {
    const nowMs = this.nowMs()
    return (a, b) => {
      if (!this.isVisible(b, nowMs)) return this.isVisible(a, nowMs) ? {value: a.value, lastAccessMs: nowMs} : a
      const value = this.isVisible(a, nowMs) ? combine(a.value, b.value) : b.value
      return {value, lastAccessMs: nowMs}
    }
  }
}
