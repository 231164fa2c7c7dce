import {runProgramsHere} from './embedded/index.js'

// The front door: what `import … from 'fts'` gives a program that runs itself. Bundles of programs get the same names from the process
// that loads them (see job).
runProgramsHere()

export * from './api/program.js'
