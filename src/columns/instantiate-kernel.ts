const compiled = new Map<string, WebAssembly.Module>()

/** A new instance of a kernel, with its own memory; undefined where there is no WebAssembly with SIMD, or no memory. Compiled once a thread. */
export function instantiateKernel<Exports>(base64: string): Exports | undefined {
  try {
    const known = compiled.get(base64)
    const module = known ?? new WebAssembly.Module(Buffer.from(base64, 'base64'))
    if (known === undefined) compiled.set(base64, module)
    return new WebAssembly.Instance(module).exports as unknown as Exports
  } catch {
    return undefined
  }
}
