/** A key that equal keys share: plain values are themselves, arrays and objects their JSON. */
export function updateKey(key: unknown): unknown {
  return typeof key === 'object' && key !== null ? JSON.stringify(key) : key
}
