import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ScenarioContext} from './scenario.js'

const LOOK_EVERY_MS = 5
const FILL_MS_MAX = 120_000
const RECOVER_MS_MAX = 60_000

/** A line that a subtask has written, see programs/recovery.ts. */
export interface CountLine {
  readonly pid: number
  readonly subtask: number
  readonly atMs: number
  /** Of this attempt: 1 is its first, 0 says that it fails now. */
  readonly records: number
  readonly cpuMs: number
}

/** A failure, and the first record in the subtask that took longest. */
export interface Restart {
  readonly seconds: number
  /** CPU time of that subtask's process by then. */
  readonly cpuSeconds: number
}

export interface RunningCountOptions {
  /** In names of files. */
  readonly name: string
  readonly keys: number
  readonly subtasks: number
  readonly flags?: readonly string[]
}

/**
 * The job of programs/recovery.ts, checkpointed every second: a running count of `keys` keys that never ends, and tells when each attempt of a subtask has
 * its first record.
 */
export class RunningCount {
  private readonly log: string
  private readonly checkpoints: string
  private readonly job: ChildProcess
  /** Lines of attempts before the last failure. */
  private seen = 0

  constructor(
    context: ScenarioContext,
    private readonly options: RunningCountOptions,
  ) {
    const {name, keys, subtasks, flags = []} = options
    this.log = context.output(`${name}-log`)
    this.checkpoints = context.output(`${name}-checkpoints`)
    for (const path of [this.log, `${this.log}.throw`]) rmSync(path, {force: true})
    mkdirSync(this.checkpoints, {recursive: true})
    const all = [
      ...['-p', String(subtasks), '-D', 'execution.checkpointing.interval=1s'],
      ...['-D', 'execution.checkpointing.incremental=true', '-D', `execution.checkpointing.dir=${this.checkpoints}`],
      // Failures of a job are hours apart: each has the first pause, not one that grew with those before.
      ...['-D', 'restart-strategy.exponential-delay.reset-backoff-threshold=1s', ...flags],
    ]
    const {argv} = context.programWith('recovery', all, `${keys}`, this.log)
    this.job = spawn(argv[0], argv.slice(1), {stdio: ['ignore', 'ignore', 'inherit']})
  }

  /** Until every subtask has had all keys since the last failure, and a checkpoint has them. Answers the TaskManager's process. */
  async filled(): Promise<number> {
    const {keys, subtasks} = this.options
    const isFull = () => bySubtask(this.since(), ({records}) => records > keys / subtasks).size === subtasks
    await this.until(FILL_MS_MAX, isFull)
    const filledMs = Date.now()
    await this.until(FILL_MS_MAX, () => lastCheckpointMs(this.checkpoints) > filledMs + 1000)
    const [{pid}] = this.since().slice(-1)
    this.seen = linesOf(this.log).length
    return pid
  }

  /** Has subtask 0 throw an error; answers when it did. */
  async throwOne(): Promise<number> {
    writeFileSync(`${this.log}.throw`, '')
    const thrown = () => this.since().find(({records}) => records === 0)
    await this.until(RECOVER_MS_MAX, () => thrown() !== undefined)
    return thrown()!.atMs
  }

  /** Until each subtask has had the first record of its next attempt. */
  async restarted(failedMs: number): Promise<Restart> {
    const {subtasks} = this.options
    const firsts = () => bySubtask(this.since(), ({records, atMs}) => records === 1 && atMs >= failedMs)
    await this.until(RECOVER_MS_MAX, () => firsts().size === subtasks)
    const [last] = [...firsts().values()].sort((one, other) => other.atMs - one.atMs)
    return {seconds: (last.atMs - failedMs) / 1000, cpuSeconds: last.cpuMs / 1000}
  }

  async end(): Promise<void> {
    if (this.job.exitCode !== null) return
    const end = new Promise((resolve) => this.job.once('exit', resolve))
    this.job.kill('SIGINT')
    await end
  }

  private since(): CountLine[] {
    return linesOf(this.log).slice(this.seen)
  }

  private async until(msMax: number, holds: () => boolean): Promise<void> {
    const endMs = Date.now() + msMax
    while (!holds()) {
      if (this.job.exitCode !== null) throw new Error(`the job ended with ${this.job.exitCode}`)
      if (Date.now() > endMs) throw new Error(`nothing came within ${msMax / 1000} s`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }
}

/** The first line of each subtask for which something holds. */
function bySubtask(lines: readonly CountLine[], holds: (line: CountLine) => boolean): ReadonlyMap<number, CountLine> {
  const first = new Map<number, CountLine>()
  for (const line of lines) if (holds(line) && !first.has(line.subtask)) first.set(line.subtask, line)
  return first
}

function linesOf(log: string): CountLine[] {
  if (!existsSync(log)) return []
  const text = readFileSync(log, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [pid, subtask, atMs, records, cpuMs] = line.split(' ').map(Number)
      return {pid, subtask, atMs, records, cpuMs}
    })
}

/** When the newest checkpoint was complete; 0 where there is none. */
function lastCheckpointMs(folder: string): number {
  const times = readdirSync(folder).flatMap((job) =>
    readdirSync(join(folder, job))
      .map((checkpoint) => join(folder, job, checkpoint, '_metadata'))
      .map((path) => statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0),
  )
  return Math.max(0, ...times)
}
