import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {chownSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ROOT} from './repository.js'

export interface FtsEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface FtsOptions {
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Of another installation than this one. */
  readonly root?: string
  /** A line of bash that starts the command, which is its `"$@"`: with limits, redirections, pipes. */
  readonly shell?: string
  /** As a user who may not do all, also where the tests run as root: see Workspace.giveAway. */
  readonly isUnprivileged?: true
}

/** `nobody`, as most systems number it. */
const UNPRIVILEGED = process.getuid?.() === 0 ? {uid: 65534, gid: 65534} : {}

/** A folder of a test's own: files, the run directories of its clusters, and their temporary files. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'fts-e2e-'))

  path(name: string): string {
    return join(this.folder, name)
  }

  /** What clusters that ended here have left behind: run directories, spilled files, output that was not completed. */
  leftovers(): string[] {
    const isTemporary = (file: string) => file.startsWith('fts/') || /(^|\/)(fts-spill|\..*\.tmp$)/.test(file)
    return readdirSync(this.folder, {recursive: true}).map(String).filter(isTemporary)
  }

  /** TaskManagers of clusters that were started here, wherever their parents are, from /proc. */
  taskManagers(): number[] {
    return processIds().filter((pid) => isAlive(pid) && commandLineOf(pid).includes(`--run-dir\0${this.folder}/`))
  }

  /** TaskManagers and JobManagers of clusters that were started here; a JobManager is told by its temporary folder. */
  processes(): number[] {
    return processIds().filter((pid) => isAlive(pid) && isForkedIn(pid, this.folder))
  }

  /** The folder belongs to the user of `isUnprivileged`; what is made in it later does not. */
  giveAway(): void {
    if (UNPRIVILEGED.uid !== undefined) chownSync(this.folder, UNPRIVILEGED.uid, UNPRIVILEGED.gid)
  }

  remove(): void {
    rmSync(this.folder, {recursive: true, force: true})
  }
}

/** `fts` as a user starts it, through bin/run.js, with its run directory and temporary files inside the workspace. */
export class Fts {
  readonly process: ChildProcessWithoutNullStreams
  readonly ended: Promise<FtsEnd>
  stdout = ''
  stderr = ''
  private readonly listeners = new Set<() => void>()

  constructor(workspace: Workspace, args: readonly string[], options: FtsOptions = {}) {
    const shell = options.shell === undefined ? [] : ['bash', '-c', options.shell, 'bash']
    const home = options.isUnprivileged === true ? {HOME: workspace.folder} : {}
    const [command, ...rest] = [...shell, process.execPath, join(options.root ?? ROOT, 'bin/run.js'), ...args]
    this.process = spawn(command, rest, {
      cwd: options.cwd ?? workspace.folder,
      ...(options.isUnprivileged === true ? UNPRIVILEGED : {}),
      env: {
        ...withoutOurs(process.env),
        XDG_RUNTIME_DIR: workspace.folder,
        XDG_CACHE_HOME: workspace.path('.cache'),
        TMPDIR: workspace.folder,
        ...home,
        ...options.env,
      },
    })
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => this.received(() => (this.stdout += text)))
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => this.received(() => (this.stderr += text)))
    this.process.stdin.on('error', () => {})
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({code, signal, stdout: this.stdout, stderr: this.stderr}))
    })
    if (options.stdin !== undefined) this.process.stdin.end(options.stdin)
  }

  /** Resolves when `condition` holds; looked at whenever something is printed. Rejects when fts ends before. */
  until(condition: (fts: Fts) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition(this)) return
        this.listeners.delete(check)
        resolve()
      }
      this.listeners.add(check)
      check()
      this.ended.then((end) => reject(new Error(`fts ended first: ${JSON.stringify(end)}`)))
    })
  }

  /** Processes forked by this one and their children, from /proc. */
  descendants(): number[] {
    return descendantsOf(this.process.pid ?? 0)
  }

  private received(store: () => void): void {
    store()
    for (const listener of [...this.listeners]) listener()
  }
}

export function runFts(workspace: Workspace, args: readonly string[], options: FtsOptions = {}): Promise<FtsEnd> {
  return new Fts(workspace, args, {stdin: '', ...options}).ended
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return statOf(pid).state !== 'Z'
  } catch {
    return false
  }
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function isForkedIn(pid: number, folder: string): boolean {
  const commandLine = commandLineOf(pid)
  if (commandLine.includes('/bundle/taskmanager.cjs')) return commandLine.includes(`--run-dir\0${folder}/`)
  return commandLine.includes('/bundle/jobmanager.cjs') && environmentOf(pid).includes(`TMPDIR=${folder}\0`)
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function descendantsOf(root: number): number[] {
  const parents = new Map(
    processIds().flatMap((pid) => {
      try {
        return [[pid, statOf(pid).parent] as const]
      } catch {
        return []
      }
    }),
  )
  const found: number[] = []
  for (const [pid] of parents) if (hasAncestor(pid, root, parents)) found.push(pid)
  return found
}

function hasAncestor(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let parent = parents.get(pid); parent !== undefined; parent = parents.get(parent))
    if (parent === root) return true
  return false
}

function statOf(pid: number): {state: string; parent: number} {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {state, parent: Number(parent)}
}

/** What the test runner sets for itself would change how fts behaves. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {NODE_ENV: _env, VITEST: _vitest, FORCE_COLOR: _color, ...rest} = env
  return rest
}
