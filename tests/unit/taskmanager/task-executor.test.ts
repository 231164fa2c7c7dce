// Goal: a TaskManager gives its slots to one job at a time, runs only tasks of whoever holds them, tells every end once, and
// ends its process when a task does not stop.
// Method: lists of events, and the whole list of effects after each.
import {describe, expect, it} from 'vitest'
import {
  allocationId,
  type ErrorData,
  type ExecutionState,
  FtsError,
  jobId,
  jobVertexId,
  taskManagerId,
} from '../../../src/core/index.js'
import type {TaskDeployment} from '../../../src/graph/index.js'
import type {JobManagerMessage} from '../../../src/rpc/index.js'
import {TaskExecutor} from '../../../src/taskmanager/task-executor.js'
import type {TaskExecutorEffect} from '../../../src/taskmanager/task-executor-effect.js'
import {taskDeployment} from '../../support/task-deployment.js'

const JOB = jobId('job')
const A = allocationId('a')
const B = allocationId('b')

class Harness {
  readonly executor = new TaskExecutor({
    taskManagerId: taskManagerId('tm-1'),
    slotCount: 2,
    cancellationTimeoutMs: 800,
  })

  tell(message: JobManagerMessage): readonly TaskExecutorEffect[] {
    return this.executor.handle({kind: 'message', message})
  }

  request(slotIndex: number, allocation = A, job = JOB) {
    return this.tell({kind: 'requestSlot', jobId: job, allocationId: allocation, slotIndex})
  }

  submit(...tasks: TaskDeployment[]) {
    return this.tell({kind: 'submitTasks', tasks})
  }

  free(slotIndex: number, allocation = A) {
    return this.tell({kind: 'freeSlot', slotIndex, allocationId: allocation})
  }

  cancel({attemptId}: TaskDeployment) {
    return this.tell({kind: 'cancelTask', attemptId})
  }

  changed({attemptId}: TaskDeployment, state: ExecutionState, error?: ErrorData) {
    const change = {attemptId, state, metricsBlock: 3, ...(error === undefined ? {} : {error})}
    return this.executor.handle({kind: 'taskStateChanged', change})
  }

  /** Slot 0 is allocated and runs these tasks. */
  running(...tasks: TaskDeployment[]): this {
    this.request(0)
    this.submit(...tasks)
    for (const task of tasks) this.changed(task, 'RUNNING')
    return this
  }
}

const told = (task: TaskDeployment, state: ExecutionState) =>
  ({kind: 'send', message: {kind: 'taskStateChanged', attemptId: task.attemptId, state}}) as const
/** The TaskManager's figures before the end of its last task. */
const lastFigures = {kind: 'sendHeartbeatReport', sequence: 0} as const
const slotFreed = (slotIndex: number, allocation = A) =>
  ({kind: 'send', message: {kind: 'slotFreed', slotIndex, allocationId: allocation}}) as const

const first = taskDeployment({subtaskIndex: 0, slotIndex: 0})
const second = taskDeployment({subtaskIndex: 1, slotIndex: 0})

describe('slots', () => {
  it('offers a free slot, and offers it again to the same allocation', () => {
    const harness = new Harness()
    const offer = {kind: 'send', message: {kind: 'offerSlot', jobId: JOB, allocationId: A, slotIndex: 1}}
    expect(harness.request(1)).toEqual([offer])
    expect(harness.request(1)).toEqual([offer])
  })

  it('refuses a slot that is taken or does not exist', () => {
    const harness = new Harness()
    harness.request(0)
    const refusal = (slotIndex: number, reason: string) => [
      {kind: 'send', message: {kind: 'slotRefused', allocationId: B, slotIndex, reason}},
    ]
    expect(harness.request(0, B, jobId('other'))).toEqual(refusal(0, 'slot 0 belongs to job job'))
    expect(harness.request(2, B)).toEqual(refusal(2, 'there is no slot 2: tm-1 has 2'))
  })

  it('frees an idle slot at once, and only for its allocation', () => {
    const harness = new Harness()
    harness.request(0)
    expect(harness.free(0, B)).toEqual([])
    expect(harness.free(0)).toEqual([slotFreed(0)])
    expect(harness.free(0)).toEqual([])
    expect(harness.request(0, B)).toHaveLength(1)
  })

  it('frees a slot that was used when its tasks have ended', () => {
    const harness = new Harness().running(first)
    harness.changed(first, 'FINISHED')
    expect(harness.free(0)).toEqual([slotFreed(0)])
  })

  it('cancels what still runs in a slot before it is free', () => {
    const harness = new Harness().running(first, second)
    expect(harness.free(0)).toEqual([
      {kind: 'startCancellationTimer', attemptId: first.attemptId},
      {kind: 'cancelTask', slotIndex: 0, attemptId: first.attemptId},
      {kind: 'startCancellationTimer', attemptId: second.attemptId},
      {kind: 'cancelTask', slotIndex: 0, attemptId: second.attemptId},
    ])
    expect(harness.request(0, B)).toMatchObject([{message: {kind: 'slotRefused'}}])
    expect(harness.changed(first, 'CANCELED')).toEqual([
      told(first, 'CANCELED'),
      {kind: 'stopCancellationTimer', attemptId: first.attemptId},
    ])
    expect(harness.changed(second, 'FINISHED')).toEqual([
      lastFigures,
      told(second, 'FINISHED'),
      {kind: 'stopCancellationTimer', attemptId: second.attemptId},
      slotFreed(0),
    ])
  })
})

describe('tasks', () => {
  it('deploys the tasks of each slot together', () => {
    const harness = new Harness()
    harness.request(0)
    harness.request(1, B)
    const other = taskDeployment({subtaskIndex: 2, slotIndex: 1, allocation: 'b'})
    expect(harness.submit(first, other, second)).toEqual([
      {kind: 'deploy', slotIndex: 0, tasks: [first, second]},
      {kind: 'deploy', slotIndex: 1, tasks: [other]},
    ])
  })

  it('passes on every state, with its figures, and shows which tasks run', () => {
    const harness = new Harness().running(first)
    expect(harness.executor.runningTasks()).toMatchObject([{attemptId: first.attemptId, slotIndex: 0, metricsBlock: 3}])
    expect(harness.changed(first, 'FINISHED')).toEqual([lastFigures, told(first, 'FINISHED')])
    expect(harness.executor.runningTasks()).toEqual([])
    expect(harness.changed(first, 'FINISHED')).toEqual([])
  })

  it.each([
    [
      'of another allocation',
      taskDeployment({subtaskIndex: 0, slotIndex: 0, allocation: 'b'}),
      'ALLOCATED and held by a, not by b',
    ],
    ['of another job', taskDeployment({subtaskIndex: 0, slotIndex: 0, job: 'other'}), 'ALLOCATED and held by a'],
    ['for a free slot', taskDeployment({subtaskIndex: 0, slotIndex: 1}), 'FREE and held by nobody'],
    ['for no slot', taskDeployment({subtaskIndex: 0, slotIndex: 7}), 'missing'],
  ])('refuses tasks %s', (_which, foreign, why) => {
    const harness = new Harness()
    harness.request(0)
    const [effect, ...rest] = harness.submit(foreign)
    expect(rest).toEqual([])
    expect(effect).toMatchObject({
      kind: 'send',
      message: {
        kind: 'taskStateChanged',
        attemptId: foreign.attemptId,
        state: 'FAILED',
        error: {kind: 'restartable', code: 'FTS_FOREIGN_ALLOCATION', message: expect.stringContaining(why)},
      },
    })
    expect(harness.executor.runningTasks()).toEqual([])
  })

  it('refuses tasks for a slot that is being released, and accepts the rest of the message', () => {
    const harness = new Harness().running(first)
    harness.free(0)
    harness.request(1, B)
    const other = taskDeployment({subtaskIndex: 2, slotIndex: 1, allocation: 'b'})
    expect(harness.submit(second, other)).toMatchObject([
      {kind: 'deploy', slotIndex: 1},
      {kind: 'send', message: {attemptId: second.attemptId, state: 'FAILED'}},
    ])
  })

  it('deploys an attempt once', () => {
    const harness = new Harness().running(first)
    expect(harness.submit(first)).toEqual([])
  })

  it('passes splits both ways, and ignores those for a task that has ended', () => {
    const harness = new Harness().running(first)
    const {attemptId} = first
    const request = {vertexId: jobVertexId('v'), attemptId, subtaskIndex: 0}
    expect(harness.executor.handle({kind: 'splitRequested', request})).toEqual([
      {kind: 'send', message: {kind: 'requestSplit', ...request}},
    ])
    const assign = {kind: 'assignSplits', attemptId, splits: [{kind: 'stdin', splitId: 0}], noMoreSplits: true} as const
    expect(harness.tell(assign)).toEqual([{...assign, slotIndex: 0}])
    harness.changed(first, 'FINISHED')
    expect(harness.tell(assign)).toEqual([])
  })

  it('sends its figures unasked before the end of its last task, because the job may end with it', () => {
    const harness = new Harness().running(first, second)
    expect(harness.changed(first, 'FINISHED')).toEqual([told(first, 'FINISHED')])
    expect(harness.changed(second, 'FINISHED')).toEqual([lastFigures, told(second, 'FINISHED')])
  })

  it('answers a heartbeat', () => {
    expect(new Harness().tell({kind: 'heartbeat', sequence: 7})).toEqual([{kind: 'sendHeartbeatReport', sequence: 7}])
  })
})

describe('cancelling', () => {
  it('cancels once, and stops the clock when the task has ended', () => {
    const harness = new Harness().running(first)
    expect(harness.cancel(first)).toEqual([
      {kind: 'startCancellationTimer', attemptId: first.attemptId},
      {kind: 'cancelTask', slotIndex: 0, attemptId: first.attemptId},
    ])
    expect(harness.cancel(first)).toEqual([])
    expect(harness.changed(first, 'CANCELED')).toEqual([
      lastFigures,
      told(first, 'CANCELED'),
      {kind: 'stopCancellationTimer', attemptId: first.attemptId},
    ])
    expect(harness.executor.handle({kind: 'cancellationTimedOut', attemptId: first.attemptId})).toEqual([])
  })

  it('ignores the cancellation of a task that has just ended', () => {
    const harness = new Harness().running(first)
    harness.changed(first, 'FINISHED')
    expect(harness.cancel(first)).toEqual([])
  })

  it('says why and ends the process when a task does not stop', () => {
    const harness = new Harness().running(first)
    harness.cancel(first)
    expect(harness.executor.handle({kind: 'cancellationTimedOut', attemptId: first.attemptId})).toMatchObject([
      {
        kind: 'send',
        message: {
          kind: 'unregister',
          reason: 'a cancelled task did not stop within 800 ms',
          error: {
            kind: 'restartable',
            code: 'FTS_TASK_STUCK',
            tryThis: expect.stringContaining('task.cancellation.timeout'),
          },
        },
      },
      {kind: 'endProcess', exitCode: 1, atOnce: true},
    ])
    expect(harness.changed(first, 'CANCELED')).toEqual([])
  })
})

describe('a slot whose thread has ended', () => {
  const error = new FtsError('restartable', 'FTS_SLOT_OUT_OF_MEMORY', 'slot 0 ran out of heap').toData()

  it('fails its tasks, is replaced, and keeps its allocation', () => {
    const harness = new Harness().running(first, second)
    harness.cancel(second)
    const failed = (task: TaskDeployment) => ({
      kind: 'send',
      message: {kind: 'taskStateChanged', attemptId: task.attemptId, state: 'FAILED', error},
    })
    expect(harness.executor.handle({kind: 'slotThreadLost', slotIndex: 0, error})).toEqual([
      {kind: 'replaceSlotThread', slotIndex: 0},
      failed(first),
      failed(second),
      {kind: 'stopCancellationTimer', attemptId: second.attemptId},
    ])
    const again = taskDeployment({subtaskIndex: 3, slotIndex: 0})
    expect(harness.submit(again)).toEqual([{kind: 'deploy', slotIndex: 0, tasks: [again]}])
  })

  it('is free when it was being released', () => {
    const harness = new Harness().running(first)
    harness.free(0)
    const effects = harness.executor.handle({kind: 'slotThreadLost', slotIndex: 0, error})
    expect(effects.at(-1)).toEqual(slotFreed(0))
  })
})

describe('the end', () => {
  it('ends in order when the JobManager says so, and does nothing after', () => {
    const harness = new Harness().running(first)
    expect(harness.tell({kind: 'shutdown', reason: 'the work is done'})).toEqual([
      {kind: 'endProcess', exitCode: 0, atOnce: false},
    ])
    expect(harness.cancel(first)).toEqual([])
  })

  it('ends when it is refused', () => {
    expect(new Harness().tell({kind: 'registrationRefused', reason: 'no'})).toEqual([
      {kind: 'endProcess', exitCode: 1, atOnce: false},
    ])
    expect(new Harness().tell({kind: 'registrationAccepted', heartbeatIntervalMs: 1, heartbeatTimeoutMs: 2})).toEqual(
      [],
    )
  })

  it('says goodbye when it is asked to stop', () => {
    const stop = {kind: 'stopRequested', reason: 'it was stopped by SIGTERM', exitCode: 143} as const
    expect(new Harness().executor.handle(stop)).toEqual([
      {kind: 'send', message: {kind: 'unregister', reason: 'it was stopped by SIGTERM'}},
      {kind: 'endProcess', exitCode: 143, atOnce: false},
    ])
  })
})
