declare const brand: unique symbol
type Branded<Name extends string> = string & {readonly [brand]: Name}

/** 32 lower-case hex characters, as Flink writes its ids. */
export type JobId = Branded<'JobId'>
export type JobVertexId = Branded<'JobVertexId'>
export type OperatorId = Branded<'OperatorId'>
/** Id of an intermediate data set: one produced output of a job vertex. */
export type DataSetId = Branded<'DataSetId'>
/** `tm-1`, `tm-2`, …: unique in a cluster for its life. */
export type TaskManagerId = Branded<'TaskManagerId'>
/** One allocation of one slot to one job. */
export type AllocationId = Branded<'AllocationId'>
/** `<job>_<vertex>_<subtask>_<attempt>`: unique over jobs and attempts. */
export type ExecutionAttemptId = Branded<'ExecutionAttemptId'>
/** `<job>_<dataset>_<producer subtask>_<attempt>`: what a consumer asks a producer for. */
export type ResultPartitionId = Branded<'ResultPartitionId'>

export const jobId = (text: string): JobId => text as JobId
export const jobVertexId = (text: string): JobVertexId => text as JobVertexId
export const operatorId = (text: string): OperatorId => text as OperatorId
export const dataSetId = (text: string): DataSetId => text as DataSetId
export const taskManagerId = (text: string): TaskManagerId => text as TaskManagerId
export const allocationId = (text: string): AllocationId => text as AllocationId

export function executionAttemptId(of: {
  readonly job: JobId
  readonly vertex: JobVertexId
  readonly subtaskIndex: number
  readonly attempt: number
}): ExecutionAttemptId {
  return `${of.job}_${of.vertex}_${of.subtaskIndex}_${of.attempt}` as ExecutionAttemptId
}

export function resultPartitionId(of: {
  readonly job: JobId
  readonly dataSet: DataSetId
  readonly producerSubtask: number
  readonly attempt: number
}): ResultPartitionId {
  return `${of.job}_${of.dataSet}_${of.producerSubtask}_${of.attempt}` as ResultPartitionId
}
