import {assert} from '../../core/index.js'

/** What a subtask has appended to the temporary form of a file. */
export interface SharedPart {
  readonly path: string
  readonly sizeBytes: number
}

const MARK = 0

/**
 * A part as bytes that go where its lines would: a NUL, which no line of JSON begins with, the part as JSON, a line end. Several may come as one block.
 */
export function sharedPartReference(part: SharedPart): Uint8Array {
  return Buffer.from(`\0${JSON.stringify(part)}\n`)
}

/** The parts that a block refers to; undefined for a block of lines. */
export function sharedPartsOf(bytes: Uint8Array): readonly SharedPart[] | undefined {
  if (bytes.length === 0 || bytes[0] !== MARK) return undefined
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1)
  return lines.map((line) => {
    assert(line.charCodeAt(0) === MARK, 'a block has lines or references, not both', {line: line.slice(0, 80)})
    return JSON.parse(line.slice(1)) as SharedPart
  })
}
