import {assert} from '../../core/index.js'
import type {KnownKey} from '../keys/current-key.js'
import {type MapKey, toMapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {NumberTable} from '../numbers/number-table.js'
import type {StateRoom} from '../numbers/state-room.js'
import type {SingleTable} from './single-table.js'
import {StateTable, type StateTableParts} from './state-table.js'

/**
 * A state of one value for each key: a NumberTable as long as all values of VOID_NAMESPACE are numbers, and all keys texts or numbers;
 * a StateTable for all others.
 *
 *   first value that is no number ─▶ `move`: every number becomes an entry of the StateTable, for good
 */
export class AdaptiveTable<V> implements SingleTable<V> {
  readonly name: string
  readonly entries: StateTable<V>
  private readonly beforeMove: () => void
  private ofNumbers: NumberTable | undefined

  /** Before it moves, `beforeMove` has snapshots take what they need of the numbers. */
  constructor(
    private readonly parts: StateTableParts<V>,
    {room, beforeMove}: {readonly room: StateRoom; readonly beforeMove: () => void},
  ) {
    this.beforeMove = beforeMove
    this.name = parts.name
    this.entries = new StateTable<V>(parts)
    this.ofNumbers = new NumberTable(parts.name, parts.key, room)
  }

  /** As long as there are any. */
  get numbers(): NumberTable | undefined {
    return this.ofNumbers
  }

  get size(): number {
    return this.entries.size + (this.ofNumbers?.size ?? 0)
  }

  read(namespace: Namespace): V | undefined {
    const numbers = this.numbersOf(namespace)
    return numbers === undefined ? this.entries.read(namespace) : (numbers.read() as V | undefined)
  }

  readToChange(namespace: Namespace): V | undefined {
    const numbers = this.numbersOf(namespace)
    return numbers === undefined ? this.entries.readToChange(namespace) : (numbers.read() as V | undefined)
  }

  write(namespace: Namespace, value: V): void {
    const numbers = this.numbersOf(namespace)
    if (numbers !== undefined && typeof value === 'number' && numbers.fits) numbers.write(value)
    else {
      if (numbers !== undefined) this.move()
      this.entries.write(namespace, value)
    }
  }

  remove(namespace: Namespace): void {
    const numbers = this.numbersOf(namespace)
    if (numbers === undefined) this.entries.remove(namespace)
    else numbers.remove()
  }

  take(namespace: Namespace): V | undefined {
    const numbers = this.numbersOf(namespace)
    if (numbers === undefined) return this.entries.take(namespace)
    const value = numbers.read() as V | undefined
    numbers.remove()
    return value
  }

  /** Visits each key of a namespace that has an entry now, with that key current. */
  forEachKey(namespace: Namespace, visit: (key: unknown) => void): void {
    const numbers = this.numbersOf(namespace)
    if (numbers === undefined) this.entries.forEachKey(namespace, visit)
    for (const known of this.knownKeys(numbers)) {
      this.parts.key.resume(known)
      visit(known.key)
    }
  }

  restore(known: KnownKey, namespace: Namespace, value: V): void {
    const numbers = this.numbersOf(namespace)
    const {key} = known
    if (numbers !== undefined && typeof value === 'number' && isPlain(key)) numbers.restore(key, value)
    else {
      if (numbers !== undefined) this.move()
      this.entries.restore(known, namespace, value)
    }
  }

  restoreRemoval({key, mapKey}: {readonly key: unknown; readonly mapKey: MapKey}, namespace: Namespace): void {
    const numbers = this.numbersOf(namespace)
    if (numbers === undefined) this.entries.restoreRemoval(mapKey, namespace)
    else if (isPlain(key)) numbers.restoreRemoval(key)
  }

  /** From now on every value is in an entry. */
  move(): void {
    const {ofNumbers} = this
    if (ofNumbers === undefined) return
    this.beforeMove()
    assert(ofNumbers.writeNow === undefined, 'no snapshot awaits numbers that move')
    this.ofNumbers = undefined
    const {memory} = ofNumbers.records
    for (const ref of ofNumbers.refs())
      this.entries.restore(this.knownOf(memory.key(ref)), VOID_NAMESPACE, memory.value(ref) as V)
    ofNumbers.records.close()
  }

  private numbersOf(namespace: Namespace): NumberTable | undefined {
    return namespace === VOID_NAMESPACE ? this.ofNumbers : undefined
  }

  private knownKeys(numbers: NumberTable | undefined): KnownKey[] {
    if (numbers === undefined) return []
    const {memory} = numbers.records
    return Array.from(numbers.refs(), (ref) => this.knownOf(memory.key(ref)))
  }

  private knownOf(key: string | number): KnownKey {
    return {key, mapKey: toMapKey(key), keyGroup: this.parts.key.keyGroupOf(key)}
  }
}

function isPlain(key: unknown): key is string | number {
  return typeof key === 'string' || typeof key === 'number'
}
