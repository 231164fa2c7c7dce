import {writeFileSync} from 'node:fs'
import {Fts, type FtsEnd, type FtsOptions, runFts, type Workspace} from './fts.js'

export interface ProgramOptions extends FtsOptions {
  /** Of `fts run`, before the program's own. */
  readonly flags?: readonly string[]
  readonly args?: readonly string[]
  /** Default `job.ts`. */
  readonly file?: string
}

/** Writes a program into the workspace and runs it with `fts run`, at parallelism 2 unless the flags say another. */
export function runProgramText(workspace: Workspace, text: string, options: ProgramOptions = {}): Promise<FtsEnd> {
  return runFts(workspace, writeProgram(workspace, text, options), options)
}

/** The same, while it runs. */
export function startProgramText(workspace: Workspace, text: string, options: ProgramOptions = {}): Fts {
  return new Fts(workspace, writeProgram(workspace, text, options), options)
}

/** `body` as a program that has an environment `env`; imports what it names of fts. */
export function withEnvironment(body: string, ...imports: readonly string[]): string {
  return [
    `import {${['StreamExecutionEnvironment', ...imports].join(', ')}} from 'fts'`,
    'const env = StreamExecutionEnvironment.getExecutionEnvironment()',
    body,
  ].join('\n')
}

/** Lines of a text, without Flink's prefix of the subtask, in order of the alphabet: what a parallel print has in common between runs. */
export function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\d+> /, ''))
    .sort()
}

function writeProgram(workspace: Workspace, text: string, options: ProgramOptions): string[] {
  const {flags = [], args = [], file = 'job.ts'} = options
  writeFileSync(workspace.path(file), text)
  const parallelism = flags.includes('-p') ? [] : ['-p', '2']
  return ['run', file, ...parallelism, ...flags, ...(args.length === 0 ? [] : ['--', ...args])]
}
