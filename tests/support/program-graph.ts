import {type ProgramJob, program} from '../../src/api/index.js'
import {Configuration} from '../../src/config/index.js'
import {FtsError} from '../../src/core/index.js'
import type {JobEdgeSpec, JobGraphSpec} from '../../src/graph/index.js'

type Environment = program.StreamExecutionEnvironment

/** What a program builds, at parallelism 2 unless it says another; nothing runs. */
export function jobOf(build: (env: Environment) => void): ProgramJob {
  const env = program.StreamExecutionEnvironment.of({
    defaults: {parallelism: 2, jobName: 'test', configuration: Configuration.defaults},
    submit: () => {
      throw new FtsError('user', 'FTS_TEST', 'nothing runs here')
    },
  })
  build(env)
  return env.takeJob()
}

export function graphOf(build: (env: Environment) => void): JobGraphSpec {
  return jobOf(build).graph
}

/**
 * A job graph as lines: vertices as `name ×parallelism` (and `max`, `group` where they are not the default), then edges by the vertices'
 * letters, `A ─hash→ B`, with the input's number where there are several.
 */
export function graphText({vertices, edges}: JobGraphSpec): string[] {
  const letters = new Map(vertices.map(({vertexId}, index) => [vertexId, String.fromCharCode(65 + index)]))
  const shown = vertices.map(({vertexId, name, parallelism, maxParallelism, slotSharingGroup}) => {
    const max = maxParallelism === 128 ? '' : ` max ${maxParallelism}`
    const group = slotSharingGroup === 'default' ? '' : ` group ${slotSharingGroup}`
    return `${letters.get(vertexId)} ${name} ×${parallelism}${max}${group}`
  })
  const hasTwoInputs = (edge: JobEdgeSpec) =>
    edges.some((other) => other.target === edge.target && other.targetInputIndex !== 0)
  const arrows = edges.map((edge) => {
    const input = hasTwoInputs(edge) ? `.${edge.targetInputIndex}` : ''
    return `${letters.get(edge.source)} ─${edge.partitioner.kind}→ ${letters.get(edge.target)}${input}`
  })
  return [...shown, ...arrows]
}
