import {formatRows} from './format-rows.js'
import {TypeScriptWordMerger} from './typescript-word-merger.js'
import {TypeScriptWordTable} from './typescript-word-table.js'
import {TypeScriptWordTokenizer} from './typescript-word-tokenizer.js'
import type {WordKernel} from './word-kernel.js'

/** The kernels in plain TypeScript: the fallback where WebAssembly is missing, and what the other one is tested against. */
export function createTypeScriptWordKernel(): WordKernel {
  return {
    name: 'typescript',
    newTable: (limitBytes) => new TypeScriptWordTable(limitBytes),
    newTokenizer: () => new TypeScriptWordTokenizer(),
    newMerger: (order, inputCount) => new TypeScriptWordMerger(order, inputCount),
    formatRows,
  }
}
