import Examples from './examples.js'
import ExamplesRun from './examples-run.js'
import Info from './info.js'
import Init from './init.js'
import {JOB_COMMANDS} from './job-commands.js'

/** All commands by id; oclif reads them here (package.json names this file). */
export const COMMANDS = {examples: Examples, 'examples:run': ExamplesRun, info: Info, init: Init, ...JOB_COMMANDS}
