import type {LeafBuilder} from './leaf-builder.js'
import {isLeaf, isTuple, type Leaf, type Shape} from './shape.js'

/**
 * Writes records into columns: those at `rows[from .. to)` (or at `from .. to` without rows) until one does not have the
 * shape; answers where it stopped. Nothing of that record has been written. `at` is the first free row of the columns.
 */
export type ShapeEncoder = (
  values: readonly unknown[],
  rows: Int32Array | undefined,
  from: number,
  to: number,
  columns: readonly LeafBuilder[],
  at: number,
) => number

/** So that the joined strings of a run of long ones stay far from V8's limit of 2^29. */
const TEXT_LENGTH_MAX = 2 ** 24

/** Encoders hold nothing of a channel: all channels of a thread, and the streams of a snapshot, share those of a shape. */
const compiled = new Map<string, ShapeEncoder>()
const COMPILED_MAX = 256

interface LeafAt {
  readonly type: Leaf
  readonly index: number
}

/**
 * Generates the encoder of one shape: a straight line of loads, checks and stores for each record.
 *
 * Names are compared in a `for in` loop, which costs 2 ns a name for objects of one hidden class; any other way either
 * misses fields that are not in the shape or allocates (Node 20.20, 2026-11-21).
 */
export function compileEncoder(shape: Shape): ShapeEncoder {
  const text = JSON.stringify(shape)
  let encoder = compiled.get(text)
  if (encoder === undefined) {
    encoder = compile(shape)
    if (compiled.size === COMPILED_MAX) compiled.clear()
    compiled.set(text, encoder)
  }
  return encoder
}

function compile(shape: Shape): ShapeEncoder {
  const generator = new EncoderSource()
  generator.visit(shape, 'r0')
  return new Function('names', generator.source())(generator.names) as ShapeEncoder
}

class EncoderSource {
  readonly names: (readonly (string | null)[])[] = []
  readonly #leaves: LeafAt[] = []
  readonly #checks: string[] = []
  #nodes = 0

  visit(shape: Shape, variable: string): void {
    if (isLeaf(shape)) this.#leaf(shape, variable)
    else if (isTuple(shape)) this.#tuple(shape, variable)
    else this.#record(shape, variable)
  }

  source(): string {
    const {names} = this
    return [
      '"use strict"',
      ...names.map((_, i) => `const names${i} = names[${i}]`),
      'return function encode(values, rows, from, to, columns, at) {',
      ...this.#leaves.map(declare),
      'let i = from',
      'for (; i < to; i++, at++) {',
      'const r0 = values[rows === undefined ? i : rows[i]]',
      ...this.#checks,
      ...this.#leaves.map(store),
      '}',
      ...this.#leaves.map(finish),
      'return i',
      '}',
    ].join('\n')
  }

  #leaf(type: Leaf, variable: string): void {
    const index = this.#leaves.length
    this.#leaves.push({type, index})
    this.#checks.push(`const x${index} = ${variable}`)
    if (type === 'empty') this.#checks.push(`if (x${index} != null) break`)
    else if (type !== 'packed') this.#checks.push(`if (typeof x${index} !== '${type}' && x${index} != null) break`)
  }

  #tuple(items: readonly Shape[], variable: string): void {
    this.#checks.push(
      `if (!Array.isArray(${variable}) || ${variable}.constructor !== Array || ${variable}.length !== ${items.length}) break`,
    )
    items.forEach((item, i) => {
      const child = this.#child(`${variable}[${i}]`)
      this.#checks.push(`if (${child} === undefined && !(${i} in ${variable})) break`)
      this.visit(item, child)
    })
  }

  #record(shape: {readonly [name: string]: Shape}, variable: string): void {
    const names = Object.keys(shape)
    const list = `names${this.names.length}`
    // One more entry, so that a name too many is compared inside the array.
    this.names.push([...names, null])
    const count = `k${this.names.length}`
    this.#checks.push(
      `if (typeof ${variable} !== 'object' || ${variable} === null || ${variable}.constructor !== Object) break`,
      `let ${count} = 0`,
      `for (const name in ${variable}) if (name !== ${list}[${count}++]) { ${count} = -1; break }`,
      `if (${count} !== ${names.length}) break`,
    )
    for (const name of names) this.visit(shape[name], this.#child(`${variable}[${JSON.stringify(name)}]`))
  }

  #child(expression: string): string {
    const variable = `r${++this.#nodes}`
    this.#checks.push(`const ${variable} = ${expression}`)
    return variable
  }
}

function declare({type, index}: LeafAt): string {
  const column = `const c${index} = columns[${index}]`
  if (type === 'number' || type === 'boolean') return `${column}, v${index} = c${index}.values`
  if (type === 'string') return `${column}, l${index} = c${index}.lengths; let t${index} = c${index}.text`
  return column
}

function store({type, index}: LeafAt): string {
  const value = `x${index}`
  const mark = `c${index}.mark(at, ${value})`
  switch (type) {
    case 'number':
      return `v${index}[at] = ${value} == null ? ${mark} : ${value}`
    case 'boolean':
      return `v${index}[at] = ${value} == null ? ${mark} : ${value} ? 1 : 0`
    case 'string':
      return [
        `if (${value} == null) l${index}[at] = ${mark}`,
        `else { t${index} += ${value}; l${index}[at] = ${value}.length`,
        `if (t${index}.length > ${TEXT_LENGTH_MAX}) { c${index}.text = t${index}; c${index}.flush(); t${index} = '' } }`,
      ].join('\n')
    case 'packed':
      return `c${index}.pending.push(${value})`
    case 'empty':
      return mark
  }
}

function finish({type, index}: LeafAt): string {
  return type === 'string' ? `c${index}.text = t${index}` : ''
}
