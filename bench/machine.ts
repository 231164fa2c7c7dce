import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {availableParallelism, cpus, loadavg, platform, release, totalmem} from 'node:os'

/** Where figures were taken. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly kernel: string
  readonly node: string
  readonly commit: string
  /** Whether the measured tree had changes that are in no commit. */
  readonly isDirty: boolean
  readonly date: string
  /** Load of the last minute before the first run: figures of a busy machine say less. */
  readonly loadBefore: number
}

export function describeMachine(root: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: systemName(),
    kernel: release(),
    node: process.versions.node,
    commit: git(root, 'rev-parse', '--short=10', 'HEAD'),
    isDirty: git(root, 'status', '--porcelain', '--untracked-files=no') !== '',
    date: new Date().toISOString().slice(0, 10),
    loadBefore: Math.round(loadavg()[0] * 100) / 100,
  }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? platform()
  } catch {
    return platform()
  }
}

function git(root: string, ...args: readonly string[]): string {
  try {
    return execFileSync('git', ['-C', root, ...args], {encoding: 'utf8'}).trim()
  } catch {
    return ''
  }
}
