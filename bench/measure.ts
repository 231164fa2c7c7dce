import {spawn} from 'node:child_process'
import {closeSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ProcessTree, type TreeUsage} from './process-tree.js'

/** What is run: no shell is between, unless the arguments say so. */
export interface Command {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Where its output goes; /dev/null if absent. */
  readonly stdoutPath?: string
  readonly stdinPath?: string
}

/** One run of a command and of all processes that it started. */
export interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly exitCode: number
  readonly tree: TreeUsage
  /** The end of what it said on stderr, if it failed. */
  readonly stderr: string
}

export interface MeasureOptions {
  /** Folder for the run's scratch files. */
  readonly scratch: string
  readonly timeoutSeconds: number
  /** Whether memory is looked at meanwhile, which takes 7 % of a core from what is measured: not in a run whose time counts. */
  readonly looksAtMemory: boolean
}

const LOOK_EVERY_MS = 20

/**
 * The shell's `time` knows what the kernel has added up for a child and for those that it has waited for, to the millisecond.
 * The command's own stderr goes where it would.
 */
const TIMED = `exec 4>&2 3>"$1"; shift; TIMEFORMAT='%3R %3U %3S'; { time "$@" 2>&4 3>&- 4>&-; } 2>&3`

/**
 * Runs a command once. Wall and CPU time come from the kernel's accounting, so they hold every process that was waited for
 * by its parent. Memory, where it is looked at, is what /proc shows every 20 ms; what a process did that outlived its parent is
 * then added to the CPU time as seen there.
 */
export async function measure(command: Command, options: MeasureOptions): Promise<Run> {
  const timesPath = join(options.scratch, 'times')
  const stderrPath = join(options.scratch, 'stderr')
  const files = [
    openSync(command.stdinPath ?? '/dev/null', 'r'),
    openSync(command.stdoutPath ?? '/dev/null', 'w'),
    openSync(stderrPath, 'w'),
  ]
  const child = spawn('bash', ['-c', TIMED, 'bash', timesPath, ...command.argv], {
    stdio: files,
    env: {...process.env, ...command.env},
    ...(command.cwd === undefined ? {} : {cwd: command.cwd}),
    detached: true,
  })
  for (const file of files) closeSync(file)
  const tree = new ProcessTree(child.pid as number)
  const looking = options.looksAtMemory ? setInterval(() => tree.look(), LOOK_EVERY_MS) : undefined
  const killing = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), options.timeoutSeconds * 1000)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 128)))
  })
  clearInterval(looking)
  clearTimeout(killing)
  return describe(exitCode, tree.usage(), {timesPath, stderrPath})
}

function describe(exitCode: number, tree: TreeUsage, paths: {timesPath: string; stderrPath: string}): Run {
  const [wallSeconds, user, system] = readFileSync(paths.timesPath, 'utf8').trim().split(/\s+/).map(Number)
  const cpuSeconds = Math.max((user ?? Number.NaN) + (system ?? Number.NaN), tree.cpuSeenSeconds)
  const stderr = exitCode === 0 ? '' : readFileSync(paths.stderrPath, 'utf8').slice(-2000)
  return {wallSeconds: wallSeconds ?? Number.NaN, cpuSeconds, exitCode, tree, stderr}
}
