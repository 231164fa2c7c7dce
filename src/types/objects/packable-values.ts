import {FtsError} from '../../core/index.js'
import {dataOf, serializerOf} from '../type-registry.js'
import {IllFormedText, NegativeZero, PackedInstance} from './packed-codec.js'

const PLAIN_DATA =
  'Send plain data: strings, numbers, booleans, null, dates, maps, sets, plain objects and arrays of these.'
const LONE_SURROGATE = /\p{Surrogate}/u
const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object
const BINARY: ReadonlySet<unknown> = new Set([ArrayBuffer, DataView, Buffer])

/**
 * Makes sure that what msgpack gives back is what it got: values pass through, -0 and strings with a lone surrogate are
 * wrapped (in a copy), instances of registered classes become what their serializers say, and what would come back as something else is
 * refused.
 *
 * Errors   `user` FTS_NOT_SERIALIZABLE with the path of the field: functions, symbols, cycles, instances of other classes,
 *          arrays with holes, names that are "__proto__" or ill-formed.
 */
export class PackableValues {
  readonly #root: string
  readonly #path: (string | number)[] = []
  readonly #ancestors: object[] = []

  constructor(root: string) {
    this.#root = root
  }

  prepare(values: unknown[]): unknown[] {
    this.#path.length = 0
    this.#ancestors.length = 0
    for (let i = 0; i < values.length; i++) values[i] = this.#value(values[i])
    return values
  }

  #value(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        return LONE_SURROGATE.test(value) ? new IllFormedText(value) : value
      case 'number':
        return Object.is(value, -0) ? new NegativeZero() : value
      case 'object':
        return value === null ? value : this.#object(value)
      case 'function':
        throw this.#refuse(`a function (${value.name || 'anonymous'})`)
      case 'symbol':
        throw this.#refuse(`a symbol (${String(value)})`)
      default:
        return value
    }
  }

  #object(object: object): unknown {
    if (this.#ancestors.includes(object)) throw this.#refuse('a reference back to a record that contains it')
    this.#ancestors.push(object)
    const prepared = this.#contents(object)
    this.#ancestors.pop()
    return prepared
  }

  #contents(object: object): unknown {
    const prototype = Object.getPrototypeOf(object) as object | null
    if (prototype === null || prototype === Object.prototype) return this.#record(object as Record<string, unknown>)
    if (prototype === Array.prototype) return this.#array(object as unknown[])
    if (prototype === Map.prototype) return this.#map(object as Map<unknown, unknown>)
    if (prototype === Set.prototype) return this.#set(object as Set<unknown>)
    if (prototype === Date.prototype || isBinary(prototype)) return object
    return this.#instance(object, prototype)
  }

  #instance(object: object, prototype: object): unknown {
    const registered = serializerOf(prototype)
    if (registered === undefined) {
      const name = prototype.constructor?.name ?? 'without a name'
      throw this.#refuse(
        `an instance of the class ${name}`,
        `Register the class: env.registerType(${name}), or env.registerTypeWithSerializer(${name}, …); or send plain data.`,
      )
    }
    return new PackedInstance(registered.name, registered.version, this.#value(dataOf(registered, object)))
  }

  #record(record: Record<string, unknown>): unknown {
    let copy: Record<string, unknown> | undefined
    for (const name of Object.keys(record)) {
      if (name === '__proto__' || LONE_SURROGATE.test(name))
        throw this.#refuse(`a record with the name ${JSON.stringify(name)}`)
      const prepared = this.#child(name, record[name])
      if (!Object.is(prepared, record[name])) (copy ??= {...record})[name] = prepared
    }
    return copy ?? record
  }

  #array(items: unknown[]): unknown {
    let copy: unknown[] | undefined
    for (let i = 0; i < items.length; i++) {
      if (items[i] === undefined && !(i in items)) throw this.#refuse(`an array with a hole at ${i}`)
      const prepared = this.#child(i, items[i])
      if (!Object.is(prepared, items[i])) (copy ??= items.slice())[i] = prepared
    }
    return copy ?? items
  }

  #map(map: Map<unknown, unknown>): unknown {
    const entries = [...map].map(([key, value]) => [this.#child('key', key), this.#child(String(key), value)] as const)
    return new Map(entries)
  }

  #set(set: Set<unknown>): unknown {
    return new Set([...set].map((item) => this.#child('item', item)))
  }

  #child(name: string | number, value: unknown): unknown {
    this.#path.push(name)
    const prepared = this.#value(value)
    this.#path.pop()
    return prepared
  }

  #refuse(what: string, tryThis = PLAIN_DATA): FtsError {
    const inner = this.#path.map((name) => (typeof name === 'number' ? `[${name}]` : `.${name}`)).join('')
    const path = `${this.#root}${inner}`.replace(/^\./, '')
    const where = path === '' ? 'a record' : `field "${path}" of a record`
    return new FtsError(
      'user',
      'FTS_NOT_SERIALIZABLE',
      `${where} is ${what}, which cannot be sent to another task`,
      {path},
      {tryThis},
    )
  }
}

function isBinary(prototype: object): boolean {
  return BINARY.has(prototype.constructor) || Object.getPrototypeOf(prototype) === TYPED_ARRAY
}
