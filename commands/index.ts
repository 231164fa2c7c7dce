import Pipe from './pipe.js'
import Run from './run.js'
import WordCount from './wordcount.js'

/** All commands by id; oclif reads them here (package.json names this file), and so does `main.ts`. */
export const COMMANDS = {pipe: Pipe, run: Run, wordcount: WordCount}
