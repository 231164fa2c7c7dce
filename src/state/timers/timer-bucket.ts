import type {KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import {sameNamespace} from '../keys/same-namespace.js'
import {HeapTimer} from './heap-timer.js'

/**
 * The timers of one timestamp: windows make many of them. By key, and for one key in a chain, one for each namespace.
 * A bucket with one key, as user timers make them, holds it without a Map.
 */
export class TimerBucket<N extends Namespace> {
  private only: HeapTimer<N> | undefined = undefined
  private byKey: Map<MapKey, HeapTimer<N>> | undefined = undefined
  /**
   * Where `poll` is. A Map is a slow queue if its first entry is searched anew each time, past the holes of those removed
   * before; one iterator that goes along with the changes is not.
   */
  private cursor: Iterator<HeapTimer<N>> | undefined = undefined
  /** The key of a chain of which `poll` has taken a part. */
  private unfinished: MapKey = undefined

  constructor(readonly timestampMs: number) {}

  get isEmpty(): boolean {
    return this.byKey === undefined ? this.only === undefined : this.byKey.size === 0
  }

  /** The new timer; undefined if the key has this timer already. */
  add(namespace: N, mapKey: MapKey, known: () => KnownKey): HeapTimer<N> | undefined {
    let last = this.find(mapKey)
    if (last === undefined) {
      const timer = new HeapTimer(this.timestampMs, namespace, known())
      this.set(timer)
      return timer
    }
    while (!sameNamespace(last.namespace, namespace)) {
      if (last.next === undefined) {
        last.next = new HeapTimer(this.timestampMs, namespace, known())
        return last.next
      }
      last = last.next
    }
    return undefined
  }

  /** The timer that was taken out; undefined if the key has no such timer. */
  delete(namespace: N, mapKey: MapKey): HeapTimer<N> | undefined {
    let previous: HeapTimer<N> | undefined
    let timer = this.find(mapKey)
    while (timer !== undefined && !sameNamespace(timer.namespace, namespace)) {
      previous = timer
      timer = timer.next
    }
    if (timer === undefined) return undefined
    if (previous === undefined) this.replace(mapKey, timer.next)
    else previous.next = timer.next
    return timer
  }

  /** Takes the next timer out of a bucket that is not empty. */
  poll(): HeapTimer<N> {
    const timer = this.byKey === undefined ? this.only! : this.nextOf(this.byKey)
    this.replace(timer.mapKey, timer.next)
    if (timer.next !== undefined) this.unfinished = timer.mapKey
    return timer
  }

  forEach(visit: (timer: HeapTimer<N>) => void): void {
    for (const first of this.firsts())
      for (let timer: HeapTimer<N> | undefined = first; timer !== undefined; timer = timer.next) visit(timer)
  }

  /** The first timer of each key, to be walked through while timers come and go. */
  firsts(): Iterable<HeapTimer<N>> {
    return this.byKey?.values() ?? (this.only === undefined ? [] : [this.only])
  }

  private nextOf(byKey: Map<MapKey, HeapTimer<N>>): HeapTimer<N> {
    if (this.unfinished !== undefined) return byKey.get(this.unfinished)!
    this.cursor ??= byKey.values()
    return this.cursor.next().value!
  }

  private find(mapKey: MapKey): HeapTimer<N> | undefined {
    if (this.byKey !== undefined) return this.byKey.get(mapKey)
    return this.only !== undefined && this.only.mapKey === mapKey ? this.only : undefined
  }

  private set(timer: HeapTimer<N>): void {
    if (this.byKey === undefined && this.only === undefined) {
      this.only = timer
      return
    }
    this.byKey ??= new Map([[this.only!.mapKey, this.only!]])
    this.only = undefined
    this.byKey.set(timer.mapKey, timer)
  }

  private replace(mapKey: MapKey, timer: HeapTimer<N> | undefined): void {
    if (this.byKey === undefined) this.only = timer
    else if (timer === undefined) this.forget(this.byKey, mapKey)
    else this.byKey.set(mapKey, timer)
  }

  private forget(byKey: Map<MapKey, HeapTimer<N>>, mapKey: MapKey): void {
    byKey.delete(mapKey)
    if (this.unfinished === mapKey) this.unfinished = undefined
  }
}
