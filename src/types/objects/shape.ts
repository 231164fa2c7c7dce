/**
 * What a record looks like: the record itself with each value replaced by the name of its leaf, so that the definition
 * that travels can be read on paper: `{"user":"string","at":["number","number"]}`.
 *
 *   empty     null or undefined in every row so far     packed   anything else: one msgpack value a row
 */
export type Shape = Leaf | readonly Shape[] | {readonly [name: string]: Shape}
export type Leaf = 'empty' | 'number' | 'string' | 'boolean' | 'packed'

const LEAVES: ReadonlySet<unknown> = new Set<Leaf>(['empty', 'number', 'string', 'boolean', 'packed'])
const LEAVES_MAX = 256
const TUPLE_LENGTH_MAX = 16
const DEPTH_MAX = 4

export function isLeaf(shape: Shape): shape is Leaf {
  return typeof shape === 'string'
}

/** Arrays are tuples: Flink's TupleN. */
export function isTuple(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape)
}

/** The leaves from left to right: one column each. */
export function leavesOf(shape: Shape): Leaf[] {
  return isLeaf(shape) ? [shape] : Object.values(shape).flatMap(leavesOf)
}

/** The shape of one record. Plain objects and short plain arrays are taken apart, everything else is `packed`. */
export function inferShape(value: unknown): Shape {
  const shape = inferAt(value, 0)
  return leavesOf(shape).length > LEAVES_MAX ? 'packed' : shape
}

/** Whether two shapes differ in their leaves only, or below their first level: then one can stand for both. */
export function isAlike(a: Shape, b: Shape): boolean {
  if (isLeaf(a) || isLeaf(b)) return a === b
  return isTuple(a) === isTuple(b) && JSON.stringify(Object.keys(a)) === JSON.stringify(Object.keys(b))
}

/** The narrowest shape for records of both. */
export function generalise(a: Shape, b: Shape): Shape {
  if (a === b) return a
  if (isLeaf(a) && isLeaf(b)) return generaliseLeaves(a, b)
  if (isLeaf(a) || isLeaf(b) || !isAlike(a, b)) return 'packed'
  if (isTuple(a) && isTuple(b)) return a.map((item, i) => generalise(item, b[i]))
  const other = b as {readonly [name: string]: Shape}
  return Object.fromEntries(Object.entries(a).map(([name, item]) => [name, generalise(item, other[name])]))
}

/** Whether a value that came from the other side is a shape. */
export function isShape(value: unknown, depth = 0): value is Shape {
  if (typeof value === 'string') return LEAVES.has(value)
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return false
  if (Object.hasOwn(value, '__proto__')) return false
  return Object.values(value).every((item) => isShape(item, depth + 1))
}

function generaliseLeaves(a: Leaf, b: Leaf): Leaf {
  if (a === 'empty') return b
  return b === 'empty' || a === b ? a : 'packed'
}

function inferAt(value: unknown, depth: number): Shape {
  if (value === null || value === undefined) return 'empty'
  if (typeof value !== 'object') return isColumnType(typeof value) ? (typeof value as Leaf) : 'packed'
  if (depth === DEPTH_MAX) return 'packed'
  if (Array.isArray(value)) return inferTuple(value, depth)
  return value.constructor === Object ? inferRecord(value as Record<string, unknown>, depth) : 'packed'
}

function isColumnType(type: string): boolean {
  return type === 'number' || type === 'string' || type === 'boolean'
}

/** `for in` as the generated encoder does it: a name that is inherited makes the record `packed`, where it is looked at. */
function inferRecord(record: Record<string, unknown>, depth: number): Shape {
  const names: string[] = []
  for (const name in record) names.push(name)
  if (names.length > LEAVES_MAX || !names.every((name) => Object.hasOwn(record, name) && name !== '__proto__'))
    return 'packed'
  return Object.fromEntries(names.map((name) => [name, inferAt(record[name], depth + 1)]))
}

function inferTuple(items: readonly unknown[], depth: number): Shape {
  if (Object.getPrototypeOf(items) !== Array.prototype || items.length > TUPLE_LENGTH_MAX) return 'packed'
  for (let i = 0; i < items.length; i++) if (!(i in items)) return 'packed'
  return items.map((item) => inferAt(item, depth + 1))
}
