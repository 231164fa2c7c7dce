import {compileWordModule} from './compile-word-module.js'
import {KernelInstance} from './kernel-instance.js'
import {BLOCK, BLOCK_BYTES} from './kernel-layout.js'
import {WORD_TABLE_LIMIT_BYTES_MIN} from './kernel-limits.js'

let counter: KernelInstance | 'none' | undefined

/** Number of `\n`. One kernel instance a thread, made at the first call; without WebAssembly a plain loop. */
export function countNewlines(bytes: Uint8Array): number {
  counter ??= makeCounter()
  if (counter === 'none') return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0)
  let count = 0
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const piece = bytes.subarray(from, from + BLOCK_BYTES)
    counter.bytes.set(piece, BLOCK)
    count += counter.exports.countNewlines(piece.length)
  }
  return count
}

function makeCounter(): KernelInstance | 'none' {
  try {
    return new KernelInstance(compileWordModule(), WORD_TABLE_LIMIT_BYTES_MIN)
  } catch {
    return 'none'
  }
}
