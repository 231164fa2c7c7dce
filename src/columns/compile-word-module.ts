import {WORDS_WASM} from './generated/words-wasm.js'

let compiled: WebAssembly.Module | undefined

/**
 * The kernels' WebAssembly module, compiled once a thread. A module can be posted to other threads, which then share its
 * machine code: a process compiles once and hands it to its slots.
 *
 * Errors   throws where WebAssembly or its SIMD instructions are missing.
 */
export function compileWordModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Buffer.from(WORDS_WASM, 'base64'))
  return compiled
}
