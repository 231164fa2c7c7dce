import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import asc from 'assemblyscript/asc'

/** A module by its name: src/columns/assembly/<name>.ts, and the pages of memory that it has at first. */
const KERNELS = [
  {name: 'words', memory: 3},
  {name: 'csv-groups', memory: 6},
  {name: 'csv-json', memory: 6},
  {name: 'json-groups', memory: 6},
]

/**
 * Compiles the WebAssembly kernels: src/columns/assembly/words.ts to dist/kernels/words.wasm, and the same bytes as base64
 * to src/columns/generated/words-wasm.ts, which the compiler, the tests and the bundles import; the others likewise. The generated
 * files are left alone when nothing has changed, so that watchers rest.
 */
export async function buildKernels() {
  for (const kernel of KERNELS) await buildKernel(kernel)
}

async function buildKernel({name, memory}) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const wasmFile = join(root, `dist/kernels/${name}.wasm`)
  await mkdir(dirname(wasmFile), {recursive: true})
  const {error, stderr} = await asc.main([
    join(root, `src/columns/assembly/${name}.ts`),
    '--outFile',
    wasmFile,
    '--baseDir',
    root,
    ...['--enable', 'simd', '--enable', 'bulk-memory', '--runtime', 'stub'],
    ...['-O3', '--converge', '--noAssert', '--initialMemory', String(memory)],
  ])
  if (error) throw new Error(`the kernel ${name} does not compile: ${error.message}\n${stderr}`)
  const base64 = (await readFile(wasmFile)).toString('base64')
  const constant = `${name.replaceAll('-', '_').toUpperCase()}_WASM`
  const module = `/** The compiled kernels. Written by scripts/build-kernels.js from src/columns/assembly. */\nexport const ${constant} =\n  '${base64}'\n`
  await writeIfChanged(join(root, `src/columns/generated/${name}-wasm.ts`), module)
}

async function writeIfChanged(path, text) {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === text) return
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
