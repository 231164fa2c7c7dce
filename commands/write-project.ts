import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {packageRoot} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'
import {type Example, folderOf} from './examples-list.js'

/** Of an example these are not copied: the expected output belongs to our own tests. */
const LEFT_OUT = ['expected.txt']

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023'],
    types: ['node'],
    strict: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    sourceMap: true,
    rootDir: '.',
    outDir: 'build',
  },
  include: ['*.ts'],
}

/**
 * Writes a job project into a folder that is not there yet or is empty: the files of an example, package.json, tsconfig.json, .gitignore.
 * Answers the files, relative to the folder.
 *
 * Errors   `user` FTS_CANNOT_WRITE for a file in the way, a folder with something in it, or what the system says.
 */
export function writeProject(folder: string, example: Example): readonly string[] {
  const root = resolve(folder)
  checkFree(folder, root)
  const files = new Map<string, string | Uint8Array>([...filesOf(folderOf(example)), ...frame(root)])
  try {
    for (const [name, text] of files) write(join(root, name), text)
  } catch (error) {
    throw cannotWrite(folder, (error as Error).message, 'Choose a folder that you may write to.', error)
  }
  return [...files.keys()]
}

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, text)
}

function checkFree(folder: string, root: string): void {
  const other = 'Name another folder, or empty this one.'
  if (!existsSync(root)) return
  if (!statSync(root).isDirectory()) throw cannotWrite(folder, 'it is a file', other)
  if (readdirSync(root).length > 0) throw cannotWrite(folder, 'the folder is not empty', other)
}

function cannotWrite(folder: string, why: string, tryThis: string, cause?: unknown): FtsError {
  const message = `cannot write a project into ${folder}: ${why}`
  return new FtsError('user', 'FTS_CANNOT_WRITE', message, {folder}, {tryThis, ...(cause === undefined ? {} : {cause})})
}

function filesOf(folder: string): [string, Uint8Array][] {
  const names = readdirSync(folder, {recursive: true}).map(String)
  const files = names.filter((name) => statSync(join(folder, name)).isFile() && !LEFT_OUT.includes(name))
  return files.sort().map((name) => [name, readFileSync(join(folder, name))])
}

function frame(root: string): [string, string][] {
  return [
    ['package.json', json(packageJson(root))],
    ['tsconfig.json', json(TSCONFIG)],
    ['.gitignore', 'node_modules/\nbuild/\n'],
  ]
}

/** fts is taken from where it is installed. */
function packageJson(root: string): object {
  const {devDependencies} = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  return {
    name: packageName(basename(root)),
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'fts run job.ts',
      check: 'tsc --noEmit',
      test: 'tsc && node --test build/*.test.js',
    },
    dependencies: {fts: `file:${packageRoot()}`},
    devDependencies: {'@types/node': devDependencies['@types/node'], typescript: devDependencies.typescript},
  }
}

/** npm's names are of small letters, digits and a few signs. */
function packageName(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+/, '')
  return name === '' ? 'job' : name
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
