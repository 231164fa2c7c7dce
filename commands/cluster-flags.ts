import {Flags} from '@oclif/core'

/** The flag for a job's options. */
export const CONFIG_FLAGS = {
  config: Flags.string({
    char: 'D',
    description: 'set an option (see docs/configuration.md); can be given several times',
    helpValue: 'key=value',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
  }),
}

/** Flags for the size of a job's cluster and for its options. */
export const CLUSTER_SIZE_FLAGS = {
  'num-taskmanagers': Flags.integer({description: 'TaskManager processes (default: 1)', helpValue: 'N'}),
  slots: Flags.integer({
    description: 'slots of each TaskManager (default: as many as the job needs)',
    helpValue: 'N',
  }),
  ...CONFIG_FLAGS,
}

/** Flags of every command that runs a job on a cluster of its own. */
export const CLUSTER_FLAGS = {
  ...CLUSTER_SIZE_FLAGS,
  tui: Flags.boolean({description: 'show the screen (default: when stderr is a terminal)', allowNo: true}),
  json: Flags.boolean({description: 'print the summary on stderr as one line of JSON'}),
  verbose: Flags.boolean({description: 'print what happens inside, and stacks of errors'}),
}
