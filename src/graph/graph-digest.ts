import {murmur3Hash128} from './murmur3-128.js'
import {type JobGraphSpec, type JobVertexSpec, USER_FACTORY} from './specs.js'

/**
 * A hash of what a job does: equal for two builds of the same program, whatever the job id and the order of an object's
 * keys. Guards against programs that build a different graph each time they are loaded. 32 hex characters.
 */
export function graphDigest(jobGraph: JobGraphSpec): string {
  const {jobId: _, ...rest} = jobGraph
  return digestOf(rest)
}

/**
 * A hash of the part of the graph that the program alone decides: what is the same in the client and in every slot. What the
 * client finds outside (the files that a path leads to, a schema) and settings are left out.
 */
export function programDigest({name, mode, vertices, edges}: Omit<JobGraphSpec, 'jobId'>): string {
  return digestOf({name, mode, edges, vertices: vertices.map(builtByProgram)})
}

function builtByProgram({input: _, operators, ...vertex}: JobVertexSpec): object {
  return {
    ...vertex,
    operators: operators.map(({config, description: _description, ...one}) =>
      one.factory === USER_FACTORY ? one : {...one, config},
    ),
  }
}

function digestOf(value: object): string {
  return murmur3Hash128(new TextEncoder().encode(JSON.stringify(value, sortKeys)))
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
