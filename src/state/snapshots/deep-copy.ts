import {serializerOf} from '../../types/index.js'

/**
 * A copy that shares nothing that can be changed. Instances of classes keep their class: whether they can be stored is asked when
 * they are. Functions and the like are themselves.
 */
export function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(deepCopy) as T
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype) return copyFields(value, {}) as T
  return copyInstance(value, prototype) as T
}

function copyInstance(value: object, prototype: object | null): object {
  if (value instanceof Date) return new Date(value)
  if (value instanceof Map) return new Map(Array.from(value, ([key, one]) => [deepCopy(key), deepCopy(one)]))
  if (value instanceof Set) return new Set(Array.from(value, deepCopy))
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return copyBytes(value)
  const registered = prototype === null ? undefined : serializerOf(prototype)
  if (registered === undefined) return copyFields(value, Object.create(prototype) as object)
  // It may have private fields, which only its serializer knows of.
  const {serializer, version} = registered
  return serializer.deserialize(deepCopy(serializer.serialize(value)), version) as object
}

function copyBytes(value: ArrayBufferView | ArrayBuffer): object {
  if (Buffer.isBuffer(value)) return Buffer.from(value)
  return structuredClone(value)
}

function copyFields(from: object, to: object): object {
  const source = from as Record<string, unknown>
  const target = to as Record<string, unknown>
  for (const name of Object.keys(source)) target[name] = deepCopy(source[name])
  return to
}
