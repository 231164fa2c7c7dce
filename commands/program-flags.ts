import {Flags} from '@oclif/core'

/** The flag for where a program begins. */
export const ENTRY_FLAGS = {
  entry: Flags.string({
    char: 'c',
    description: 'call this function of the program (default: what it does when it is loaded, then main)',
    helpValue: 'NAME',
  }),
}

/** Flags of every command that loads a program. */
export const PROGRAM_FLAGS = {
  parallelism: Flags.integer({
    char: 'p',
    description: 'subtasks of operators for which the program says nothing (default: the usable cores)',
    helpValue: 'N',
  }),
  ...ENTRY_FLAGS,
}
