import {FtsError} from '../core/index.js'
import {registerType, type TypeClass, type TypeSerializer} from '../types/index.js'

/** The classes that one program has registered. */
export class RegisteredTypes {
  private readonly types = new Map<string, unknown>()

  /** Errors: `user` FTS_BAD_SERIALIZER, also where two classes have one name. */
  register<T>(type: TypeClass<T>, serializer?: TypeSerializer<T>): void {
    registerType(type, serializer)
    const name = serializer?.name ?? type.name
    const known = this.types.get(name)
    if (known !== undefined && known !== type) throw sameName(name)
    this.types.set(name, type)
  }
}

function sameName(name: string): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_SERIALIZER',
    `two classes are registered under the name "${name}", by which their values are told apart`,
    {type: name},
    {tryThis: "Give the serializer of one of them a name: {name: 'billing.Money', serialize: …, deserialize: …}."},
  )
}
