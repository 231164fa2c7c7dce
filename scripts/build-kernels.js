import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import asc from 'assemblyscript/asc'

/**
 * Compiles the WebAssembly kernels: src/columns/assembly/words.ts to dist/kernels/words.wasm, and the same bytes as base64
 * to src/columns/generated/words-wasm.ts, which the compiler, the tests and the bundles import. The generated file is left
 * alone when nothing has changed, so that watchers rest.
 */
export async function buildKernels() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const wasmFile = join(root, 'dist/kernels/words.wasm')
  await mkdir(dirname(wasmFile), {recursive: true})
  const {error, stderr} = await asc.main([
    join(root, 'src/columns/assembly/words.ts'),
    '--outFile',
    wasmFile,
    '--baseDir',
    root,
    ...['--enable', 'simd', '--enable', 'bulk-memory', '--runtime', 'stub'],
    ...['-O3', '--converge', '--noAssert', '--initialMemory', '3'],
  ])
  if (error) throw new Error(`the kernels do not compile: ${error.message}\n${stderr}`)
  const base64 = (await readFile(wasmFile)).toString('base64')
  const module = `/** The compiled kernels. Written by scripts/build-kernels.js from src/columns/assembly. */\nexport const WORDS_WASM =\n  '${base64}'\n`
  await writeIfChanged(join(root, 'src/columns/generated/words-wasm.ts'), module)
}

async function writeIfChanged(path, text) {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === text) return
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
