import type {AllocationId, ExecutionAttemptId, TaskManagerId} from '../core/index.js'
import {type ExecutionGraphPlan, type PipelinedRegion, pipelinedRegions} from '../graph/index.js'
import type {JobManagerMessage} from '../rpc/index.js'
import {Execution} from './execution.js'
import type {Outbox} from './outbox.js'

/** The current attempt of every subtask of a job, and who runs where. */
export class JobExecutions {
  /** By index of the subtask in the plan. */
  readonly current: Execution[]
  /** In topological order. */
  readonly regions: readonly PipelinedRegion[]
  private readonly byAttempt = new Map<ExecutionAttemptId, Execution>()
  private readonly regionOfSubtask: readonly number[]

  constructor(
    readonly plan: ExecutionGraphPlan,
    private readonly outbox: Outbox,
    firstAttempt: number,
  ) {
    this.regions = pipelinedRegions(plan)
    this.current = plan.subtasks.map((subtask) => new Execution(plan.jobGraph.jobId, subtask, firstAttempt))
    for (const execution of this.current) this.byAttempt.set(execution.attemptId, execution)
    const regionOf: number[] = []
    for (const region of this.regions) for (const subtask of region.subtasks) regionOf[subtask.index] = region.index
    this.regionOfSubtask = regionOf
  }

  /** The current attempt with this id; undefined for an earlier one. */
  attempt(attemptId: ExecutionAttemptId): Execution | undefined {
    return this.byAttempt.get(attemptId)
  }

  ofRegion(region: number): Execution[] {
    return this.regions[region].subtasks.map((subtask) => this.current[subtask.index])
  }

  regionOf(execution: Execution): number {
    return this.regionOfSubtask[execution.subtask.index]
  }

  onTaskManager(taskManagerId: TaskManagerId): Execution[] {
    return this.current.filter((execution) => execution.slot?.location.taskManagerId === taskManagerId)
  }

  inSlot(allocationId: AllocationId): Execution[] {
    return this.current.filter((execution) => execution.slot?.allocationId === allocationId)
  }

  /** Puts a new attempt, without a slot, in place of one that has ended. */
  restart(execution: Execution): Execution {
    const {subtask, attempt, attemptId} = execution
    const next = new Execution(this.plan.jobGraph.jobId, subtask, attempt + 1)
    this.byAttempt.delete(attemptId)
    this.byAttempt.set(next.attemptId, next)
    this.current[subtask.index] = next
    return next
  }

  /** To the TaskManager where the attempt runs. */
  send(attemptId: ExecutionAttemptId, message: JobManagerMessage): void {
    const taskManagerId = this.attempt(attemptId)?.slot?.location.taskManagerId
    if (taskManagerId !== undefined) this.outbox.effect({kind: 'send', taskManagerId, message})
  }
}
