import type {Namespace} from '../keys/namespace.js'

/** The fields of a namespace without its class, as they are stored. */
export function plainNamespace(namespace: Namespace): unknown {
  if (typeof namespace !== 'object') return namespace
  const {start, end} = namespace as {readonly start?: unknown; readonly end?: unknown}
  const isSpan = typeof start === 'number' && typeof end === 'number' && Object.keys(namespace).length === 2
  return isSpan ? {start, end} : {...namespace}
}
