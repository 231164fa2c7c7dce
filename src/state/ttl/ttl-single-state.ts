import type {Expiring} from './expiring.js'
import {TtlState} from './ttl-state.js'

/** The kinds that hold one value per key and namespace. */
export abstract class TtlSingleState<T> extends TtlState<Expiring<T>> {
  /** Expired state is removed by the read, which may still give it, once. */
  protected read(): Expiring<T> | undefined {
    const nowMs = this.accessedAt()
    const stored = this.table.find(this.namespace)?.value
    if (stored === undefined) return undefined
    if (this.isExpired(stored, nowMs)) {
      this.table.remove(this.namespace)
      return this.ttl.returnExpired ? stored : undefined
    }
    if (this.ttl.updateOnRead) this.store(stored.value, nowMs)
    return stored
  }

  /** What a write adds to, if anything. */
  protected base(nowMs: number): Expiring<T> | undefined {
    const stored = this.table.find(this.namespace)?.value
    return stored !== undefined && this.isVisible(stored, nowMs) ? stored : undefined
  }

  protected store(value: T, nowMs: number): void {
    this.table.write(this.namespace, {value, lastAccessMs: nowMs})
  }

  protected override unexpired(stored: Expiring<T>, nowMs: number): Expiring<T> | undefined {
    return this.isExpired(stored, nowMs) ? undefined : stored
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
