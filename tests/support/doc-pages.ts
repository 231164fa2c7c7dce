import {textOf} from './repository.js'

/** A program of a page, what it prints, and where it stands. */
export interface DocProgram {
  readonly code: string
  /** Undefined where the page does not say. */
  readonly output: string | undefined
  /** Only its types are checked: it does not end, or needs what is not there. */
  readonly isOnlyChecked: boolean
  readonly line: number
}

export interface DocPage {
  readonly programs: readonly DocProgram[]
  /** Files that programs of the page read, by name. */
  readonly files: Readonly<Record<string, string>>
}

interface Block {
  readonly language: string
  readonly argument: string
  readonly text: string
  readonly line: number
}

/**
 * The code of a page in docs/. A block `ts` is a program, `ts check` one that is not run; a block `text` right behind it is what it prints; a block with a file's
 * name behind the language is that file.
 */
export function docPage(page: string): DocPage {
  const blocks = blocksOf(textOf(page))
  const programs = blocks.flatMap((block, index): DocProgram[] => {
    if (block.language !== 'ts') return []
    const next = blocks[index + 1]
    const output = next?.language === 'text' && next.argument === '' ? next.text : undefined
    return [{code: block.text, output, isOnlyChecked: block.argument === 'check', line: block.line}]
  })
  const files = blocks.filter(({language, argument}) => language !== 'ts' && argument !== '')
  return {programs, files: Object.fromEntries(files.map(({argument, text}) => [argument, text]))}
}

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(({index, 1: language, 2: argument, 3: code}) => ({
    language,
    argument,
    text: code,
    line: text.slice(0, index).split('\n').length + 1,
  }))
}
