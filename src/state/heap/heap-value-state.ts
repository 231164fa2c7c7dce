import type {Namespace} from '../keys/namespace.js'
import type {ValueStateDescriptor} from '../state-descriptors.js'
import type {ValueState} from '../states.js'
import {defaultValue} from './default-value.js'
import type {EntryTable} from './entry-table.js'
import {HeapState} from './heap-state.js'

export class HeapValueState<T> extends HeapState<T> implements ValueState<T> {
  private readonly defaultValue: T | (() => T) | undefined

  constructor(table: EntryTable<T>, namespace: Namespace, descriptor: ValueStateDescriptor<T>) {
    super(table, namespace)
    this.defaultValue = descriptor.defaultValue
  }

  value(): T | undefined {
    const entry = this.table.find(this.namespace)
    return entry === undefined ? defaultValue(this.defaultValue) : this.table.expose(entry)
  }

  update(value: T | null | undefined): void {
    if (value === undefined || value === null) this.clear()
    else this.table.write(this.namespace, value)
  }
}
