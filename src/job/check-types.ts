import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import type TypeScript from 'typescript'
import {FtsError} from '../core/index.js'

const ERRORS_SHOWN_MAX = 10

/**
 * Checks the types of a program and of what it imports, with the TypeScript and the tsconfig.json of its folder.
 *
 * `packageRoot` is where fts is installed: its types are found there if the program's folder has none.
 * Errors   `user` FTS_JOB_TYPES with the compiler's own messages; FTS_NO_TYPESCRIPT.
 */
export function checkTypes(entryPath: string, packageRoot: string): void {
  const ts = typescriptFor(entryPath, packageRoot)
  const settings = {...nodeTypes(entryPath, packageRoot), ...settingsOf(ts, entryPath), ...ours(ts, packageRoot)}
  const program = ts.createProgram([entryPath], settings)
  const diagnostics = ts.getPreEmitDiagnostics(program)
  if (diagnostics.length === 0) return
  const directory = dirname(entryPath)
  const text = ts.formatDiagnostics(diagnostics.slice(0, ERRORS_SHOWN_MAX), {
    getCurrentDirectory: () => directory,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  })
  const more = diagnostics.length > ERRORS_SHOWN_MAX ? `… and ${diagnostics.length - ERRORS_SHOWN_MAX} more\n` : ''
  const count = diagnostics.length === 1 ? 'a type error' : `${diagnostics.length} type errors`
  throw new FtsError(
    'user',
    'FTS_JOB_TYPES',
    `${entryPath} has ${count}`,
    {entryPath, count: diagnostics.length, excerpt: `${text}${more}`.trimEnd()},
    {tryThis: 'Without --check the program runs all the same.'},
  )
}

function typescriptFor(entryPath: string, packageRoot: string): typeof TypeScript {
  for (const from of [entryPath, join(packageRoot, 'package.json')]) {
    try {
      return createRequire(from)('typescript')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new FtsError(
    'user',
    'FTS_NO_TYPESCRIPT',
    `--check needs TypeScript, which is not installed where ${entryPath} is`,
    {entryPath},
    {tryThis: `cd ${dirname(entryPath)} && npm install --save-dev typescript`},
  )
}

function settingsOf(ts: typeof TypeScript, entryPath: string): TypeScript.CompilerOptions {
  const file = ts.findConfigFile(dirname(entryPath), ts.sys.fileExists)
  if (file === undefined) return {strict: true, target: ts.ScriptTarget.ES2022}
  return ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, dirname(file)).options
}

/** What a program that is bundled by us needs, whatever its settings say. */
function ours(ts: typeof TypeScript, packageRoot: string): TypeScript.CompilerOptions {
  return {
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    paths: {fts: [join(packageRoot, 'dist/src/index.d.ts')]},
  }
}

/** A program runs in Node: `process` and the like are known where anybody has installed their types, unless its settings say which it wants. */
function nodeTypes(entryPath: string, packageRoot: string): TypeScript.CompilerOptions {
  for (const from of [entryPath, join(packageRoot, 'package.json')]) {
    try {
      const typeRoot = dirname(dirname(createRequire(from).resolve('@types/node/package.json')))
      return {typeRoots: [typeRoot], types: ['node']}
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return {types: []}
}
