import type {ProgramJob} from '../api/index.js'
import {FtsError} from '../core/index.js'

/** How many times a job's program is loaded: once for each subtask of its widest operator. */
export function loadCount({graph}: ProgramJob): number {
  return Math.max(...graph.vertices.map(({parallelism}) => parallelism))
}

/** Errors: `user` FTS_NONDETERMINISTIC_GRAPH, as in a slot. */
export function checkSameJob(first: ProgramJob, again: ProgramJob): void {
  if (first.digest === again.digest) return
  throw new FtsError(
    'user',
    'FTS_NONDETERMINISTIC_GRAPH',
    'what builds the job built another one the second time: it is called for each subtask, as slots load a program, and must build the same',
    {},
    {tryThis: 'What the job consists of must not depend on the time, on chance, or on how often it was built.'},
  )
}
