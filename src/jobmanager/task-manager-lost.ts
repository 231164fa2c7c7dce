import {type ErrorData, FtsError} from '../core/index.js'
import type {Execution} from './execution.js'
import {TASK_MANAGER_LOST} from './failure-cause.js'
import type {TaskManagerLoss} from './internal-event.js'

const TITLES_MAX = 3

/** The error of a job that lost a TaskManager: who it was, how it ended and what ran there. */
export function taskManagerLost(loss: TaskManagerLoss, executions: readonly Execution[]): ErrorData {
  const {taskManagerId, pid, how, tryThis} = loss
  const message = `TaskManager ${taskManagerId} (pid ${pid ?? 'unknown'}) ${how} ${whatRan(executions)}`
  const details = {taskManagerId, pid: pid ?? null}
  const cause = loss.error === undefined ? {} : {cause: FtsError.fromData(loss.error)}
  // What the TaskManager said itself before it left explains more than that it left.
  const kind = loss.error?.kind ?? 'restartable'
  const text = loss.error === undefined ? message : `${message}: ${loss.error.message}`
  return new FtsError(kind, TASK_MANAGER_LOST, text, details, {
    tryThis: loss.error?.tryThis ?? tryThis,
    ...cause,
  }).toData()
}

function whatRan(executions: readonly Execution[]): string {
  const running = executions.filter((execution) => execution.isDeployed)
  if (running.length === 0) return 'while the job still needed its results'
  const titles = running.slice(0, TITLES_MAX).map((execution) => execution.title)
  const more = running.length > TITLES_MAX ? ` and ${running.length - TITLES_MAX} more` : ''
  return `while running ${titles.join(', ')}${more}`
}
