import type {Namespace} from '../keys/namespace.js'
import type {ValueStateDescriptor} from '../state-descriptors.js'
import type {ValueState} from '../states.js'
import {defaultValue} from './default-value.js'
import {HeapState} from './heap-state.js'
import type {SingleTable} from './single-table.js'

export class HeapValueState<T> extends HeapState<SingleTable<T>> implements ValueState<T> {
  private readonly defaultValue: T | (() => T) | undefined

  constructor(table: SingleTable<T>, namespace: Namespace, descriptor: ValueStateDescriptor<T>) {
    super(table, namespace)
    this.defaultValue = descriptor.defaultValue
  }

  value(): T | undefined {
    const value = this.table.read(this.namespace)
    return value === undefined ? defaultValue(this.defaultValue) : value
  }

  update(value: T | null | undefined): void {
    if (value === undefined || value === null) this.clear()
    else this.table.write(this.namespace, value)
  }
}
