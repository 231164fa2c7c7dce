import {type ChildProcess, fork} from 'node:child_process'
import {RELAYS_STDOUT} from './relay-stdout.js'
import {removeRunDirectory} from './run-directory.js'

/**
 * The TaskManager processes of one cluster and its run directory: everything that must be gone when this process is.
 *
 * Whatever way this process ends (return, error, `process.exit`), its `exit` event kills the children that are left and removes
 * the run directory. Killed with −9 it can do nothing; then the children notice that their channel closed and end themselves.
 */
export class ClusterProcesses {
  private readonly children = new Map<string, ChildProcess>()
  private readonly onProcessExit = () => this.killAll()

  constructor(
    readonly runDirectory: string,
    private readonly options: {readonly runsUserCode: boolean} = {runsUserCode: true},
  ) {
    process.once('exit', this.onProcessExit)
  }

  /**
   * Forks a TaskManager. Its stdin and stdout are ours, so that sources and sinks use them directly (but see `RELAYS_STDOUT`);
   * its stderr is a pipe.
   */
  fork(taskManagerId: string, entry: {readonly file: string; readonly args: readonly string[]}): ChildProcess {
    const child = fork(entry.file, entry.args, {
      // The last is USER_STDERR_FD.
      stdio: ['inherit', RELAYS_STDOUT ? 'pipe' : 'inherit', 'pipe', 'ipc', 2],
      env: this.options.runsUserCode ? process.env : withoutExtraCertificates(process.env),
      execArgv: withoutDebugger(process.execArgv),
    })
    return this.own(taskManagerId, child)
  }

  /** Forks a JobManager, which needs none of our files; its stderr is a pipe. */
  forkJobManager(jobManagerId: string, file: string, args: readonly string[] = []): ChildProcess {
    const child = fork(file, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: withoutExtraCertificates(process.env),
      execArgv: withoutDebugger(process.execArgv),
    })
    return this.own(jobManagerId, child)
  }

  private own(id: string, child: ChildProcess): ChildProcess {
    this.children.set(id, child)
    child.once('exit', () => this.children.delete(id))
    // A process that could not be started has no exit of its own; the exit is what everybody acts on.
    child.on('error', () => child.pid === undefined && child.emit('exit', null, null))
    return child
  }

  get(taskManagerId: string): ChildProcess | undefined {
    return this.children.get(taskManagerId)
  }

  get aliveCount(): number {
    return this.children.size
  }

  /** Settles when no child is left. */
  async whenAllExited(): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => new Promise((exited) => child.once('exit', exited))))
  }

  kill(taskManagerId: string): void {
    this.children.get(taskManagerId)?.kill('SIGKILL')
  }

  /** At once, and synchronously. */
  killAll(): void {
    for (const child of this.children.values()) child.kill('SIGKILL')
    removeRunDirectory(this.runDirectory)
  }

  /** After an orderly end: nothing is left for the exit of this process. */
  release(): void {
    process.removeListener('exit', this.onProcessExit)
    removeRunDirectory(this.runDirectory)
  }
}

/** A debugger's port is for one process only. */
function withoutDebugger(execArgv: readonly string[]): string[] {
  return execArgv.filter((argument) => !argument.startsWith('--inspect'))
}

/**
 * Node reads and parses this file of certificates whenever it starts: 38 ms of 60 for the system's own 140 (Node 20.20, 2026-11-21). Built-in
 * operators make no TLS connection; user code may.
 */
function withoutExtraCertificates({NODE_EXTRA_CA_CERTS: _, ...rest}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return rest
}
