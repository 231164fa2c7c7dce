import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {held, type Scenario} from '../scenario.js'
import {spreadOf} from '../statistics.js'

const KEYS = 1_000_000
const SUBTASKS = 2
const LOOK_EVERY_MS = 5
const FILL_WITHIN_MS = 120_000
const RECOVER_WITHIN_MS = 60_000

/** A line that a subtask has written, see programs/recovery.ts. */
interface Line {
  readonly pid: number
  readonly subtask: number
  readonly atMs: number
  readonly records: number
  readonly cpuMs: number
}

/** kill −9 of the TaskManager of a job with a million keys: how long until every subtask goes on, with its state? */
export const recovery: Scenario = {
  name: 'recovery',
  async run(context) {
    const keys = context.isQuick ? KEYS / 10 : KEYS
    const log = context.output('recovery-log')
    const folder = context.output('recovery-checkpoints')
    rmSync(log, {force: true})
    mkdirSync(folder, {recursive: true})
    const flags = [
      ...['-p', String(SUBTASKS), '-D', 'execution.checkpointing.interval=1s'],
      ...['-D', 'execution.checkpointing.incremental=true', '-D', `execution.checkpointing.dir=${folder}`],
    ]
    const {argv} = context.programWith('recovery', flags, `${keys}`, log)
    const job = spawn(argv[0], argv.slice(1), {stdio: 'ignore'})
    try {
      const recoveries: Recovery[] = []
      for (let kill = 0; kill < (context.isQuick ? 2 : 7); kill++)
        recoveries.push(await killAndWait({job, log, folder, keys}))
      const [, ...counted] = recoveries
      return {
        title: `kill −9 of a TaskManager, ${keys / 1e6} M keys, ${SUBTASKS} subtasks`,
        measured: [],
        findings: [
          held(
            {
              what: 'from the kill to the first record in every subtask',
              value: spreadOf(counted.map(({seconds}) => seconds)),
              unit: 's',
            },
            {max: 1},
            context,
          ),
          {
            what: 'CPU time of the new TaskManager until then',
            value: spreadOf(counted.map(({cpuSeconds}) => cpuSeconds)),
            unit: 's',
          },
        ],
        notes: [
          'With it: noticing, the pause before a restart, a new process, its slots, loading the program, reading the state. The first kill is not counted.',
        ],
      }
    } finally {
      await ended(job)
    }
  },
}

interface Running {
  readonly job: ChildProcess
  readonly log: string
  readonly folder: string
  readonly keys: number
}

/** Until the slowest subtask went on. */
interface Recovery {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Kills when a checkpoint has all keys. */
async function killAndWait({job, log, folder, keys}: Running): Promise<Recovery> {
  const before = linesOf(log).length
  const since = () => linesOf(log).slice(before)
  await until(job, FILL_WITHIN_MS, () => bySubtask(since(), ({records}) => records > keys / SUBTASKS).size === SUBTASKS)
  const filledMs = Date.now()
  await until(job, FILL_WITHIN_MS, () => lastCheckpointMs(folder) > filledMs + 1000)
  const [{pid}] = since().slice(-1)
  const killedMs = Date.now()
  process.kill(pid, 'SIGKILL')
  const others = () => bySubtask(since(), (line) => line.pid !== pid && line.atMs >= killedMs)
  await until(job, RECOVER_WITHIN_MS, () => others().size === SUBTASKS)
  const firsts = [...others().values()]
  const seconds = (Math.max(...firsts.map(({atMs}) => atMs)) - killedMs) / 1000
  return {seconds, cpuSeconds: Math.max(...firsts.map(({cpuMs}) => cpuMs)) / 1000}
}

/** The first line of each subtask for which something holds. */
function bySubtask(lines: readonly Line[], holds: (line: Line) => boolean): ReadonlyMap<number, Line> {
  const first = new Map<number, Line>()
  for (const line of lines) if (holds(line) && !first.has(line.subtask)) first.set(line.subtask, line)
  return first
}

function linesOf(log: string): Line[] {
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

async function until(job: ChildProcess, withinMs: number, holds: () => boolean): Promise<void> {
  const endMs = Date.now() + withinMs
  while (!holds()) {
    if (job.exitCode !== null) throw new Error(`the job ended with ${job.exitCode}`)
    if (Date.now() > endMs) throw new Error(`nothing came within ${withinMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

async function ended(job: ChildProcess): Promise<void> {
  const end = new Promise((resolve) => job.once('exit', resolve))
  if (job.exitCode !== null) return
  job.kill('SIGINT')
  await end
}
