import {isLeaf, isTuple, type Shape} from './shape.js'

/** Makes `count` records from their columns; each column is something to index by row. */
export type ShapeDecoder = (count: number, columns: readonly ArrayLike<unknown>[]) => unknown[]

/** Generates the maker of one shape's records: one literal, so that all of them have one hidden class. */
export function compileDecoder(shape: Shape): ShapeDecoder {
  let leaves = 0
  const literal = (node: Shape): string => {
    if (isLeaf(node)) return `c${leaves++}[i]`
    if (isTuple(node)) return `[${node.map(literal).join(', ')}]`
    return `{${Object.entries(node).map(([name, item]) => `${JSON.stringify(name)}: ${literal(item)}`)}}`
  }
  const record = literal(shape)
  const source = [
    '"use strict"',
    ...Array.from({length: leaves}, (_, i) => `const c${i} = columns[${i}]`),
    'const records = new Array(count)',
    `for (let i = 0; i < count; i++) records[i] = ${record}`,
    'return records',
  ].join('\n')
  return new Function('count', 'columns', source) as ShapeDecoder
}
