// Builds everything into dist/: kernels, types and modules (tsc), one bundle a process (esbuild), oclif's manifest, code caches.
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const BUNDLES = join(ROOT, 'dist/bundle')

/** Bundles that start through a code cache: `<name>.cjs` is what is run or forked, `<name>.bundle.cjs` what it loads. */
const CACHED_BUNDLES = {
  cli: 'commands/main.ts',
  jobmanager: 'src/cluster/job-manager-main.ts',
  taskmanager: 'src/taskmanager/main.ts',
  'slot-worker': 'src/taskmanager/slot-worker.ts',
}

/** The command line imports the screen by its room; in the bundle that is a file of its own. */
const screenStaysOutside = {
  name: 'screen stays outside',
  setup(api) {
    api.onResolve({filter: /\/tui\/index\.js$/}, () => ({path: './tui.mjs', external: true}))
  },
}

await timed('clean', clean)
await timed('kernels', () => run('scripts/build-kernels.js'))
await Promise.all([compile(), bundle()])

/** A stale manifest would hide new commands. */
function clean() {
  rmSync(join(ROOT, 'dist'), {recursive: true, force: true})
  rmSync(join(ROOT, 'oclif.manifest.json'), {force: true})
}

async function compile() {
  await timed('types and modules', () => run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'))
  await timed('manifest', () => run('scripts/write-manifest.js'))
}

async function bundle() {
  await timed('bundles', writeBundles)
  await timed('code caches', () => run('scripts/write-code-caches.js'))
}

async function writeBundles() {
  await bundleCommonJs({launch: 'src/cluster/launch.ts', 'load-bundle': 'src/cluster/load-bundle.ts'})
  const cached = Object.entries(CACHED_BUNDLES).map(([name, entry]) => [`${name}.bundle`, entry])
  await bundleCommonJs(Object.fromEntries(cached))
  for (const name of Object.keys(CACHED_BUNDLES)) {
    replaceImports(name)
    writeBoot(name)
  }
  await bundleScreen()
}

function bundleCommonJs(entries) {
  return build({
    ...shared(entries),
    format: 'cjs',
    outExtension: {'.js': '.cjs'},
    banner: {js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;"},
    define: {'import.meta.url': '__bundleUrl', 'process.env.NODE_ENV': '"production"'},
    plugins: [screenStaysOutside],
  })
}

/** Ink has a top-level await, so its bundle is an ES module. Nothing of it is loaded before the screen is shown. */
function bundleScreen() {
  return build({
    ...shared({tui: 'src/tui/index.ts'}),
    format: 'esm',
    outExtension: {'.js': '.mjs'},
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    define: {'process.env.NODE_ENV': '"production"'},
    alias: {'react-devtools-core': join(ROOT, 'scripts/empty-module.js')},
  })
}

function shared(entries) {
  return {
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir: BUNDLES,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    // Names stay, so that a stack can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    // oclif asks for typescript only to read a TypeScript project's settings; installed packages have none.
    // esbuild and typescript are loaded when a program is run or checked.
    external: ['typescript', 'esbuild'],
  }
}

/** `import()` does not work in a script from the code cache; `__import` comes from load-bundle.ts. */
function replaceImports(name) {
  const file = join(BUNDLES, `${name}.bundle.cjs`)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<![\w$.])import\((?!\))/g, '__import('))
}

function writeBoot(name) {
  const file = join(BUNDLES, `${name}.bundle.cjs`)
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)
  const options = `{file: __dirname + '/${name}.bundle.cjs', digest: '${digest}'}`
  writeFileSync(join(BUNDLES, `${name}.cjs`), `module.exports = require('./load-bundle.cjs').loadBundle(${options})\n`)
}

function run(script, ...args) {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {cwd: ROOT, stdio: ['ignore', 2, 2]})
  return new Promise((resolve) => {
    child.once('exit', (code) => (code === 0 ? resolve() : fail(`${script} failed`)))
  })
}

async function timed(phase, work) {
  const start = performance.now()
  await work()
  process.stderr.write(`${phase.padEnd(18)} ${((performance.now() - start) / 1000).toFixed(2)} s\n`)
}

function fail(message) {
  process.stderr.write(`build: ${message}\n`)
  process.exit(1)
}
