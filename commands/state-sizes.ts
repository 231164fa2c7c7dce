import type {CheckpointMetadata} from '../src/checkpoint/index.js'

/** What a checkpoint holds of one operator. */
export interface OperatorSize {
  readonly operatorId: string
  readonly name: string
  readonly parallelism: number
  readonly maxParallelism: number
  readonly keyedBytes: number
  readonly files: number
  readonly elements: number
}

/** Operators with any state, in the order of the job. */
export function operatorSizes({vertices}: CheckpointMetadata): OperatorSize[] {
  const all = vertices.flatMap(({operators, parallelism, maxParallelism}) =>
    operators.map(({operatorId, name, subtasks}) => {
      const files = subtasks.flatMap((one) => one?.keyed?.files ?? [])
      const lists = subtasks.flatMap((one) => one?.lists ?? [])
      return {
        operatorId,
        name,
        parallelism,
        maxParallelism,
        keyedBytes: files.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0),
        files: files.length,
        elements: lists.reduce((sum, {elements}) => sum + elements.length, 0),
      }
    }),
  )
  return all.filter(({files, elements}) => files + elements > 0)
}
