import {readdirSync, readFileSync} from 'node:fs'

/** What a process tree used, as seen in /proc while it ran. */
export interface TreeUsage {
  /** Most resident memory of all processes at one moment: the sum of their RSS, so shared pages count several times. */
  readonly rssPeakBytes: number
  /** The same with shared pages divided among their users. */
  readonly pssPeakBytes: number
  /** Sum of each process's own highest RSS, which the kernel keeps exactly: never less than the peak of the sum. */
  readonly rssUpperBoundBytes: number
  readonly processesMax: number
  /** User and system seconds of every process as last seen: misses what a process did after that. */
  readonly cpuSeenSeconds: number
  /** Processes that still lived when their root had ended. */
  readonly leftBehind: readonly string[]
}

interface Seen {
  readonly startTicks: string
  cpuTicks: number
  rssHighBytes: number
}

const TICKS_PER_SECOND = 100
/** Shared pages are counted by walking page tables, which costs the measured process time: every fifth look. */
const PSS_EVERY = 5

/** Looks at all descendants of a process, without it: it is the shell that measures. Linux only; elsewhere it sees nothing. */
export class ProcessTree {
  readonly #seen = new Map<number, Seen>()
  #looks = 0
  #rssPeakBytes = 0
  #pssPeakBytes = 0
  #processesMax = 0

  constructor(readonly rootPid: number) {}

  look(): void {
    const pids = descendantsOf(this.rootPid)
    let rssBytes = 0
    for (const pid of pids) rssBytes += this.#lookAt(pid)
    this.#rssPeakBytes = Math.max(this.#rssPeakBytes, rssBytes)
    this.#processesMax = Math.max(this.#processesMax, pids.length)
    if (this.#looks++ % PSS_EVERY === 0) {
      this.#pssPeakBytes = Math.max(this.#pssPeakBytes, sum(pids.map(pssBytesOf)))
    }
  }

  /** To be called right after the root has ended. */
  usage(): TreeUsage {
    const seen = [...this.#seen.values()]
    return {
      rssPeakBytes: this.#rssPeakBytes,
      pssPeakBytes: this.#pssPeakBytes,
      rssUpperBoundBytes: sum(seen.map((one) => one.rssHighBytes)),
      processesMax: this.#processesMax,
      cpuSeenSeconds: sum(seen.map((one) => one.cpuTicks)) / TICKS_PER_SECOND,
      leftBehind: this.#leftBehind().map(nameOf),
    }
  }

  /** Those seen, and those of the root's process group, which were perhaps too quick to be seen. */
  #leftBehind(): number[] {
    const seen = [...this.#seen].filter(([pid, {startTicks}]) => isAlive(pid, startTicks)).map(([pid]) => pid)
    const pids = list('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
    const grouped = pids.filter((pid) => isIn(this.rootPid, statOf(pid)))
    return [...new Set([...seen, ...grouped])]
  }

  /** Answers the resident bytes; a process that has ended meanwhile has none. */
  #lookAt(pid: number): number {
    const stat = statOf(pid)
    if (stat === undefined) return 0
    const seen = this.#seen.get(pid) ?? {startTicks: stat.startTicks, cpuTicks: 0, rssHighBytes: 0}
    seen.cpuTicks = stat.cpuTicks
    const status = text(`/proc/${pid}/status`)
    seen.rssHighBytes = Math.max(seen.rssHighBytes, kilobytes(status, /^VmHWM:\s+(\d+) kB/m))
    this.#seen.set(pid, seen)
    return kilobytes(status, /^VmRSS:\s+(\d+) kB/m)
  }
}

function descendantsOf(pid: number): number[] {
  const found: number[] = []
  for (const child of childrenOf(pid)) found.push(child, ...descendantsOf(child))
  return found
}

/** A process may be started by any thread of its parent. */
function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    text(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

interface Stat {
  readonly state: string
  readonly processGroup: number
  readonly startTicks: string
  readonly cpuTicks: number
}

/** Fields of /proc/<pid>/stat, see proc(5); the name in brackets may contain spaces. */
function statOf(pid: number): Stat | undefined {
  const stat = text(`/proc/${pid}/stat`)
  if (stat === '') return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const cpuTicks = Number(fields[11]) + Number(fields[12])
  return {state: fields[0], processGroup: Number(fields[2]), startTicks: fields[19], cpuTicks}
}

function pssBytesOf(pid: number): number {
  return kilobytes(text(`/proc/${pid}/smaps_rollup`), /^Pss:\s+(\d+) kB/m)
}

function kilobytes(content: string, pattern: RegExp): number {
  return Number(pattern.exec(content)?.[1] ?? 0) * 1024
}

function isIn(processGroup: number, stat: Stat | undefined): boolean {
  return stat !== undefined && stat.processGroup === processGroup && stat.state !== 'Z'
}

function isAlive(pid: number, startTicks: string): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z'
}

function nameOf(pid: number): string {
  return `${pid} ${text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 120)}`
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
