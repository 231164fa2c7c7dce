import {FtsError} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {SubmittedJob} from '../leadership/index.js'

/**
 * An unfinished job is gone on with by the program that began it, and by no other.
 *
 * Errors   `user` FTS_OTHER_JOB.
 */
export function checkSameProgram({graph, folder}: SubmittedJob, planned: JobGraphSpec): void {
  if (programOf(graph) === programOf(planned)) return
  throw new FtsError(
    'user',
    'FTS_OTHER_JOB',
    `${folder} holds the unfinished job "${graph.name}", and this program builds another job than that one`,
    {folder, jobId: graph.jobId},
    {
      tryThis:
        'Run the program as it was; or give this one its own -D high-availability.cluster-id=NAME, with -s to go on from a checkpoint of that job.',
    },
  )
}

/** What a program builds, apart from its inputs and settings; without a program, the operators. */
function programOf({jobModule, vertices}: JobGraphSpec): string {
  return jobModule?.digest ?? JSON.stringify(vertices.map(({operators}) => operators.map(({operatorId}) => operatorId)))
}
