// Goal: the JobManager with real sockets and timers lets TaskManagers in, runs a job, and leaves nothing behind.
// Method: a run directory in a temporary folder and a TaskManager that answers at once, over the real protocol.
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {Configuration} from '../../../src/config/index.js'
import {taskManagerId} from '../../../src/core/index.js'
import {JobManager} from '../../../src/jobmanager/index.js'
import {NodeClock, NodeDisk, NodeNet, NodeRandom, NodeTimers, SilentLog} from '../../../src/platform/index.js'
import {
  type JobManagerMessage,
  RPC_PROTOCOL_VERSION,
  RpcEndpoint,
  type TaskManagerMessage,
} from '../../../src/rpc/index.js'
import {files, lineJob} from '../../support/sim-job.js'

let runDir: string
let jobManager: JobManager

beforeEach(async () => {
  runDir = mkdtempSync(join(tmpdir(), 'fts-jm-'))
  jobManager = await JobManager.start({
    runDir,
    config: Configuration.defaults,
    net: new NodeNet(),
    clock: new NodeClock(),
    timers: new NodeTimers(),
    log: new SilentLog(),
    disk: new NodeDisk(),
    random: new NodeRandom(),
  })
})

afterEach(async () => {
  await jobManager.shutdown()
  rmSync(runDir, {recursive: true})
})

/** A TaskManager whose tasks run as soon as they come and finish as soon as they have no splits left. */
class InstantTaskManager {
  readonly received: JobManagerMessage[] = []
  readonly closed: Promise<Error | undefined>

  private constructor(
    private readonly endpoint: RpcEndpoint<TaskManagerMessage, JobManagerMessage>,
    private readonly finishes: boolean,
  ) {
    this.closed = new Promise((resolve) => endpoint.onClose(resolve))
    endpoint.onMessage((message) => {
      this.received.push(message)
      this.react(message)
    })
  }

  static async connect(id: string, slotCount: number, finishes = true): Promise<InstantTaskManager> {
    const connection = await new NodeNet().connect(join(runDir, 'jm.sock'))
    const taskManager = new InstantTaskManager(new RpcEndpoint(connection, 'taskmanager'), finishes)
    taskManager.endpoint.send({
      kind: 'registerTaskManager',
      protocolVersion: RPC_PROTOCOL_VERSION,
      taskManagerId: taskManagerId(id),
      pid: 4711,
      dataAddresses: Array.from({length: slotCount}, (_, slot) => `${id}/${slot}`),
      memory: {totalBytes: 5, frameworkHeapBytes: 1, taskHeapBytes: 1, managedBytes: 2, networkBytes: 1},
      startup: [],
    })
    return taskManager
  }

  /** As a process that dies. */
  cut(): void {
    this.endpoint.close()
  }

  private react(message: JobManagerMessage): void {
    if (message.kind === 'requestSlot') this.endpoint.send({...message, kind: 'offerSlot'})
    if (message.kind === 'submitTasks')
      for (const {attemptId} of message.tasks) {
        this.endpoint.send({kind: 'taskStateChanged', attemptId, state: 'RUNNING'})
        if (this.finishes) this.endpoint.send({kind: 'taskStateChanged', attemptId, state: 'FINISHED'})
      }
    if (message.kind === 'cancelTask')
      this.endpoint.send({kind: 'taskStateChanged', attemptId: message.attemptId, state: 'CANCELED'})
  }
}

const job = () =>
  lineJob('wordcount', [
    {name: 'words', parallelism: 2, input: files(10)},
    {name: 'count', parallelism: 2},
  ])

describe('JobManager', () => {
  it('runs a job on TaskManagers that register after it was submitted', async () => {
    jobManager.expectTaskManagers(2, 1)
    const handle = jobManager.submitJob(job())
    expect(handle.view().status).toBe('RUNNING')
    const taskManagers = [await InstantTaskManager.connect('tm-1', 1), await InstantTaskManager.connect('tm-2', 1)]
    const result = await handle.result
    expect(result.status).toBe('FINISHED')
    expect(handle.view()).toEqual({...result.view, taskManagers: expect.anything()})
    await jobManager.shutdown('done')
    for (const {received, closed} of taskManagers) {
      await closed
      expect(received.map(({kind}) => kind)).toEqual([
        'registrationAccepted',
        'requestSlot',
        'submitTasks',
        'freeSlot',
        'shutdown',
      ])
    }
    expect(existsSync(join(runDir, 'jm.sock'))).toBe(false)
  })

  it('cancels', async () => {
    jobManager.expectTaskManagers(1, 2)
    const handle = jobManager.submitJob(job())
    await InstantTaskManager.connect('tm-1', 2, false)
    handle.cancel()
    expect((await handle.result).status).toBe('CANCELED')
  })

  it('names the TaskManager whose process has ended', async () => {
    const taskManager = await InstantTaskManager.connect('tm-1', 2, false)
    jobManager.expectTaskManagers(1, 2)
    const handle = jobManager.submitJob(job())
    jobManager.taskManagerExited(taskManagerId('tm-1'), {code: null, signal: 'SIGKILL'})
    taskManager.cut()
    expect((await handle.result).error).toMatchObject({
      code: 'FTS_TASKMANAGER_LOST',
      message: expect.stringContaining('was killed by SIGKILL'),
    })
  })

  it('refuses a TaskManager whose id is taken', async () => {
    const first = await InstantTaskManager.connect('tm-1', 1)
    const second = await InstantTaskManager.connect('tm-1', 1)
    await second.closed
    expect(second.received).toEqual([
      {kind: 'registrationRefused', reason: 'TaskManager tm-1 has registered before; an id is used once'},
    ])
    expect(first.received.map(({kind}) => kind)).toEqual(['registrationAccepted'])
  })

  it('fails a running job when it shuts down', async () => {
    jobManager.expectTaskManagers(1, 2)
    const handle = jobManager.submitJob(job())
    await jobManager.shutdown('Ctrl-C')
    expect(await handle.result).toMatchObject({status: 'FAILED', error: {code: 'FTS_JOBMANAGER_SHUTDOWN'}})
  })

  it('fails a job that cannot get its slots within the call', async () => {
    expect((await jobManager.submitJob(job()).result).error?.code).toBe('FTS_NOT_ENOUGH_SLOTS')
  })
})
