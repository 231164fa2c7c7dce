import {type AllocationId, type ErrorData, FtsError} from '../core/index.js'
import type {Execution} from './execution.js'

export function failedWithoutError(execution: Execution): ErrorData {
  const {attemptId} = execution
  return new FtsError('fatal', 'FTS_TASK_FAILED', `${execution.title} failed and did not say why`, {attemptId}).toData()
}

export function cancelledUnasked(execution: Execution): ErrorData {
  const {attemptId} = execution
  const message = `${execution.title} was cancelled by its TaskManager although nobody had asked for it`
  return new FtsError('restartable', 'FTS_TASK_CANCELED', message, {attemptId}).toData()
}

export function slotLost(execution: Execution, allocationId: AllocationId): ErrorData {
  const {taskManagerId, slotIndex} = execution.slot!.location
  return new FtsError(
    'restartable',
    'FTS_SLOT_LOST',
    `slot ${slotIndex} of TaskManager ${taskManagerId} ended while it ran ${execution.title}`,
    {taskManagerId, slotIndex, allocationId},
    {tryThis: 'Run the job again with --verbose.'},
  ).toData()
}

/** The error that ends a job whose restart strategy has had enough. */
export function notRestarted(error: ErrorData, why: string): ErrorData {
  return {...error, message: `${error.message}; the job was not restarted: ${why}`}
}
