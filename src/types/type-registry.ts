import {FtsError} from '../core/index.js'
import type {TypeClass, TypeSerializer} from './type-serializer.js'

// biome-ignore lint/suspicious/noExplicitAny: of any class
type AnySerializer = TypeSerializer<any, any>

interface Registered {
  readonly name: string
  readonly version: number
  readonly serializer: AnySerializer
}

/**
 * The classes of this thread's programs. A program is loaded anew for each of its jobs, with classes of their own: the last one that was
 * registered under a name makes the instances, and each finds its serializer.
 */
const byClass = new WeakMap<object, Registered>()
const byName = new Map<string, Registered>()

/** Errors: `user` FTS_BAD_SERIALIZER. */
export function registerType<T>(type: TypeClass<T>, serializer: TypeSerializer<T> = fieldsOf(type)): void {
  if (typeof type !== 'function') throw badSerializer(`a type is registered that is no class: ${String(type)}`)
  const name = serializer.name ?? type.name
  const version = serializer.version ?? 1
  if (name === '') throw badSerializer('a class without a name is registered: the serializer must have a name then')
  if (typeof serializer.serialize !== 'function' || typeof serializer.deserialize !== 'function')
    throw badSerializer(`the serializer of ${name} has no serialize(value) or no deserialize(data)`)
  if (!Number.isSafeInteger(version) || version < 1)
    throw badSerializer(`the version of the serializer of ${name} is ${version}, expected a whole number from 1`)
  const registered = {name, version, serializer}
  byClass.set(type, registered)
  byName.set(name, registered)
}

/** The serializer of an instance's class, if there is one; subclasses are registered themselves. */
export function serializerOf(prototype: object): Registered | undefined {
  return byClass.get(prototype.constructor)
}

/**
 * Makes the instance that was stored or sent as this data.
 *
 * Errors   `user` FTS_UNKNOWN_TYPE if nothing is registered under the name, FTS_SERIALIZER_INCOMPATIBLE for a version that the serializer does
 *          not read: both mean that the program is not the one that wrote the data. FTS_SERIALIZER_FAILED if it throws.
 */
export function restoreInstance(name: string, version: number, data: unknown): unknown {
  const registered = byName.get(name)
  if (registered === undefined) throw unknownType(name)
  const {serializer} = registered
  if (version !== registered.version && serializer.readsVersions?.includes(version) !== true)
    throw incompatible(registered, version)
  return called(name, 'deserialize', () => serializer.deserialize(data, version))
}

/** The plain data of an instance. Errors: `user` FTS_SERIALIZER_FAILED. */
export function dataOf({name, serializer}: Registered, instance: object): unknown {
  return called(name, 'serialize', () => serializer.serialize(instance))
}

/** Own fields, and the class's prototype. */
function fieldsOf<T>(type: TypeClass<T>): TypeSerializer<T, object> {
  return {
    serialize: (value) => ({...(value as object)}),
    deserialize: (fields) => Object.assign(Object.create(type.prototype as object) as object, fields) as T,
  }
}

function called<R>(name: string, method: string, call: () => R): R {
  try {
    return call()
  } catch (error) {
    if (error instanceof FtsError) throw error
    const message = `${method} of the serializer of "${name}" threw ${String(error)}`
    throw new FtsError('user', 'FTS_SERIALIZER_FAILED', message, {type: name}, {cause: error})
  }
}

function badSerializer(message: string): FtsError {
  const tryThis =
    'env.registerTypeWithSerializer(Money, {serialize: (m) => m.cents, deserialize: (cents) => new Money(cents)})'
  return new FtsError('user', 'FTS_BAD_SERIALIZER', message, {}, {tryThis: `For example: ${tryThis}.`})
}

function unknownType(name: string): FtsError {
  return new FtsError(
    'user',
    'FTS_UNKNOWN_TYPE',
    `there is a value of the class "${name}", for which this program registers no serializer`,
    {type: name},
    {
      tryThis: `Call env.registerTypeWithSerializer (or registerType) for "${name}" before execute(), as the program did that wrote the state.`,
    },
  )
}

function incompatible({name, version, serializer}: Registered, found: number): FtsError {
  const reads = [version, ...(serializer.readsVersions ?? [])].join(', ')
  return new FtsError(
    'user',
    'FTS_SERIALIZER_INCOMPATIBLE',
    `values of the class "${name}" were written by version ${found} of its serializer, this program's reads ${reads}`,
    {type: name, found, version},
    {
      tryThis: `Have deserialize(data, version) understand version ${found}, and add it to readsVersions of the serializer.`,
    },
  )
}
