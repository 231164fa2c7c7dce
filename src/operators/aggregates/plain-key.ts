/** Whether a Map tells keys of this kind apart as keyed state does; who has the last word about others decides elsewhere. */
export function isPlainKey(key: unknown): boolean {
  return key === null || typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean'
}
