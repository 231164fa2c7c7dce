import Pipe from './pipe.js'
import Run from './run.js'
import WordCount from './wordcount.js'

/** The commands that run a job in the process they start; `main.ts` starts them without oclif's discovery. */
export const JOB_COMMANDS = {pipe: Pipe, run: Run, wordcount: WordCount}
