import {compileWordModule} from './compile-word-module.js'
import {createTypeScriptWordKernel} from './typescript-word-kernel.js'
import {WasmWordKernel} from './wasm-word-kernel.js'
import type {WordKernel} from './word-kernel.js'

export interface WordKernelOptions {
  /** Default `wasm`; where WebAssembly with SIMD is missing, the TypeScript twin answers instead. */
  readonly preferred?: 'wasm' | 'typescript'
  /** A module compiled elsewhere by `compileWordModule`; compiled here where absent. */
  readonly module?: WebAssembly.Module
}

/** The kernels of a word count, in WebAssembly where it can be had. */
export function createWordKernel(options: WordKernelOptions = {}): WordKernel {
  if (options.preferred === 'typescript') return createTypeScriptWordKernel()
  const module = options.module ?? tryCompile()
  return module === undefined ? createTypeScriptWordKernel() : new WasmWordKernel(module)
}

function tryCompile(): WebAssembly.Module | undefined {
  try {
    return compileWordModule()
  } catch {
    return undefined
  }
}
