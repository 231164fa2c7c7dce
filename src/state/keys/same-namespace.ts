import {badKey} from './bad-key.js'
import {encodeCompound} from './map-key.js'
import type {Namespace, TimeSpan} from './namespace.js'

/** Whether two namespaces are one, by content. No allocation for windows of time and primitives. */
export function sameNamespace(a: Namespace, b: Namespace): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (isSpan(a)) return isSpan(b) && a.start === b.start && a.end === b.end
  return !isSpan(b) && encodeNamespace(a) === encodeNamespace(b)
}

/** Equal for namespaces that are one; seldom for others. Those are told apart by `sameNamespace`. */
export function namespaceHash(namespace: Namespace): string | number | bigint | boolean {
  if (typeof namespace !== 'object') return namespace
  return isSpan(namespace) ? 31 * namespace.start + namespace.end : encodeNamespace(namespace)
}

function encodeNamespace(namespace: object): string {
  const encoded = encodeCompound(namespace)
  if (encoded === undefined) throw badKey('namespace of state or timers', namespace)
  return encoded
}

/** Whether a namespace is a window of time, whatever else it has. */
export function isSpan(namespace: object): namespace is TimeSpan {
  const {start, end} = namespace as Partial<TimeSpan>
  return typeof start === 'number' && typeof end === 'number'
}
