import {defaultValue} from '../heap/default-value.js'
import type {Namespace} from '../keys/namespace.js'
import type {ValueStateDescriptor} from '../state-descriptors.js'
import type {ValueState} from '../states.js'
import type {Expiring} from './expiring.js'
import {TtlSingleState} from './ttl-single-state.js'
import type {ExpiringTable} from './ttl-state.js'

export class TtlValueState<T> extends TtlSingleState<T> implements ValueState<T> {
  private readonly defaultValue: T | (() => T) | undefined

  constructor(expiring: ExpiringTable<Expiring<T>>, namespace: Namespace, descriptor: ValueStateDescriptor<T>) {
    super(expiring, namespace)
    this.defaultValue = descriptor.defaultValue
  }

  value(): T | undefined {
    const stored = this.read()
    return stored === undefined ? defaultValue(this.defaultValue) : stored.value
  }

  update(value: T | null | undefined): void {
    if (value === undefined || value === null) this.clear()
    else this.store(value, this.accessedAt())
  }
}
