import type {Namespace} from '../keys/namespace.js'

/** All entries of a state that holds one value for each key and namespace, as its handles use them. Calls are about the current key. */
export interface SingleTable<V> {
  readonly name: string
  /** The value, for somebody who may change it before he gives it back; undefined where there is none. */
  read(namespace: Namespace): V | undefined
  /** The value, to be changed in place and written. */
  readToChange(namespace: Namespace): V | undefined
  write(namespace: Namespace, value: V): void
  /** Forgets the entry of the current key. */
  remove(namespace: Namespace): void
  /** Forgets the entry of the current key and gives its value, to do with it what one likes. */
  take(namespace: Namespace): V | undefined
}
