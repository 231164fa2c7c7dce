import {type TaskManagerId, taskManagerId} from '../../src/core/index.js'
import type {TaskDeployment} from '../../src/graph/index.js'
import type {ControlEffect} from '../../src/jobmanager/control-effect.js'
import type {ControlEvent} from '../../src/jobmanager/control-event.js'
import {ControlPlane} from '../../src/jobmanager/control-plane.js'
import type {JobResult} from '../../src/metrics/index.js'
import {type JobManagerMessage, RPC_PROTOCOL_VERSION, type TaskManagerMessage} from '../../src/rpc/index.js'

/** Drives a ControlPlane event by event, for tests that are lists of events. */
export class ControlPlaneScript {
  readonly plane = new ControlPlane({
    heartbeatIntervalMs: 500,
    heartbeatTimeoutMs: 10_000,
    slotRequestTimeoutMs: 10_000,
    registrationTimeoutMs: 30_000,
    cancellationTimeoutMs: 800,
    defaultCheckpointDirectory: '/run/checkpoints',
    random: () => 0.5,
  })
  nowMs = 1000
  /** Of all events so far. */
  readonly effects: ControlEffect[] = []

  /** Lets an event happen and answers with what followed, without the log. */
  event(event: ControlEvent): ControlEffect[] {
    const effects = this.plane.handle(event, this.nowMs).filter((effect) => effect.kind !== 'log')
    this.effects.push(...effects)
    return effects
  }

  message(id: string, message: TaskManagerMessage): ControlEffect[] {
    return this.event({kind: 'message', taskManagerId: taskManagerId(id), message})
  }

  register(id: string, slotCount: number): ControlEffect[] {
    return this.message(id, {
      kind: 'registerTaskManager',
      protocolVersion: RPC_PROTOCOL_VERSION,
      taskManagerId: taskManagerId(id),
      pid: 4711,
      dataAddresses: Array.from({length: slotCount}, (_, slot) => `${id}/${slot}`),
      memory: {totalBytes: 5, frameworkHeapBytes: 1, taskHeapBytes: 1, managedBytes: 2, networkBytes: 1},
      startup: [],
    })
  }

  /** Offers every slot that was requested so far and not offered yet. */
  offerRequested(): ControlEffect[] {
    const requests = this.sent('requestSlot').filter(({message}) => !this.offered.has(message.allocationId))
    return requests.flatMap(({to, message: {jobId, allocationId, slotIndex}}) => {
      this.offered.add(allocationId)
      return this.message(to, {kind: 'offerSlot', jobId, allocationId, slotIndex})
    })
  }

  /** Everything of this kind that was sent so far. */
  sent<Kind extends JobManagerMessage['kind']>(kind: Kind) {
    return this.effects.flatMap((effect) =>
      effect.kind === 'send' && effect.message.kind === kind
        ? [{to: effect.taskManagerId, message: effect.message as Extract<JobManagerMessage, {kind: Kind}>}]
        : [],
    )
  }

  deployed(): {readonly to: TaskManagerId; readonly task: TaskDeployment}[] {
    return this.sent('submitTasks').flatMap(({to, message}) => message.tasks.map((task) => ({to, task})))
  }

  /** Reports the state of every deployed task for which `which` holds. */
  report(
    state: Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>['state'],
    which: (task: TaskDeployment) => boolean = () => true,
    more: Partial<Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>> = {},
  ): void {
    for (const {to, task} of this.deployed())
      if (which(task)) this.message(to, {kind: 'taskStateChanged', attemptId: task.attemptId, state, ...more})
  }

  results(): JobResult[] {
    return this.effects.flatMap((effect) => (effect.kind === 'jobEnded' ? [effect.result] : []))
  }

  private readonly offered = new Set<string>()
}
