import {Args} from '@oclif/core'

/** Commands about one running job. */
export const JOB_ARGUMENT = {
  job: Args.string({description: 'the id of the job, or its beginning (see fts list)', required: true}),
}
