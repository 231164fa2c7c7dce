import type {JobManagerMessage, TaskManagerMessage} from './messages.js'

/** Every kind of message, by its sender: what a receiver accepts. */
export const TASK_MANAGER_MESSAGE_KINDS = kindsOf<TaskManagerMessage['kind']>({
  registerTaskManager: true,
  offerSlot: true,
  slotRefused: true,
  taskStateChanged: true,
  requestSplit: true,
  reportWatermark: true,
  heartbeatReport: true,
  acknowledgeCheckpoint: true,
  declineCheckpoint: true,
  taskAwaitsCheckpoint: true,
  slotFreed: true,
  unregister: true,
})

export const JOB_MANAGER_MESSAGE_KINDS = kindsOf<JobManagerMessage['kind']>({
  registrationAccepted: true,
  registrationRefused: true,
  requestSlot: true,
  freeSlot: true,
  submitTasks: true,
  cancelTask: true,
  assignSplits: true,
  watermarkLimit: true,
  triggerCheckpoint: true,
  checkpointCompleted: true,
  checkpointAborted: true,
  heartbeat: true,
  shutdown: true,
})

/** A record with each kind as a key: the compiler asks for the line of a new kind. */
function kindsOf<Kind extends string>(kinds: Readonly<Record<Kind, true>>): ReadonlySet<string> {
  return new Set(Object.keys(kinds))
}
