import type {ProgramJob} from '../api/index.js'
import {FtsError} from '../core/index.js'
import type {JobGraphSpec, JobVertexSpec} from '../graph/index.js'
import type {ProofSubject} from './proof-subject.js'

/** Errors: `user` FTS_PROVE_BATCH, FTS_PROVE_UNBOUNDED, FTS_PROVE_INPUT: what cannot be run in simulation, and what to do. */
export function checkProvable(job: ProgramJob, graph: JobGraphSpec, {sample}: ProofSubject): void {
  if (graph.mode === 'batch') throw batch()
  for (const vertex of graph.vertices) {
    const isFed = vertex.input?.kind === 'stdin' || vertex.input?.kind === 'socket'
    if (isFed && (sample === undefined || sample.length === 0)) throw noInput(vertex)
    const isOpen = vertex.operators.some(({operatorId}) => job.openSources.has(operatorId))
    if (isOpen && !isFed) throw unbounded(vertex)
  }
}

function batch(): FtsError {
  return new FtsError(
    'user',
    'FTS_PROVE_BATCH',
    'the job runs in batch mode, which takes no checkpoints: a failure runs it again from the beginning, so there is nothing to prove',
    {},
    {tryThis: 'Prove it in streaming mode: leave setRuntimeMode out.'},
  )
}

function noInput({name}: JobVertexSpec): FtsError {
  return new FtsError(
    'user',
    'FTS_PROVE_INPUT',
    `"${name}" reads standard input or a socket, and there is nothing to read`,
    {name},
    {tryThis: 'Give it a sample: fts prove job.ts --input sample.txt, or … < sample.txt.'},
  )
}

function unbounded({name}: JobVertexSpec): FtsError {
  return new FtsError(
    'user',
    'FTS_PROVE_UNBOUNDED',
    `"${name}" does not end by itself: a run could not be compared with another`,
    {name},
    {tryThis: 'Let it read a sample that ends, chosen by an argument of the program: fts prove job.ts -- --sample.'},
  )
}
