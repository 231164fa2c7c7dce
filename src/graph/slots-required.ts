import type {JobGraphSpec} from './specs.js'

export interface SlotsRequired {
  readonly total: number
  readonly groups: readonly {
    readonly name: string
    /** The highest parallelism in the group: a slot holds at most one subtask of each vertex. */
    readonly slots: number
    readonly vertices: readonly {readonly name: string; readonly parallelism: number}[]
  }[]
}

/**
 * The slots a job needs: the sum over its slot sharing groups of the highest parallelism in the group.
 * Source: Flink 2.3 SlotSharingExecutionSlotAllocator.
 */
export function slotsRequired(jobGraph: JobGraphSpec): SlotsRequired {
  const names = [...new Set(jobGraph.vertices.map((vertex) => vertex.slotSharingGroup))]
  const groups = names.map((name) => {
    const vertices = jobGraph.vertices.filter((vertex) => vertex.slotSharingGroup === name)
    return {
      name,
      slots: Math.max(...vertices.map((vertex) => vertex.parallelism)),
      vertices: vertices.map((vertex) => ({name: vertex.name, parallelism: vertex.parallelism})),
    }
  })
  return {total: groups.reduce((sum, group) => sum + group.slots, 0), groups}
}

/**
 * The sum as a person would write it, for an error message: `8 (max of words 8, count 2)`, or with several groups
 * `10 = 8 (max of words 8, count 2) + 2 (report 2)`.
 */
export function formatSlotsRequired(required: SlotsRequired): string {
  const parts = required.groups.map(({slots, vertices}) => {
    const list = vertices.map(({name, parallelism}) => `${name} ${parallelism}`).join(', ')
    return `${slots} (${vertices.length > 1 ? 'max of ' : ''}${list})`
  })
  return parts.length === 1 ? parts[0] : `${required.total} = ${parts.join(' + ')}`
}
