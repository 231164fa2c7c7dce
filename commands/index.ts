import Cancel from './cancel.js'
import Examples from './examples.js'
import ExamplesRun from './examples-run.js'
import Exceptions from './exceptions.js'
import Info from './info.js'
import Init from './init.js'
import {JOB_COMMANDS} from './job-commands.js'
import List from './list.js'
import Prove from './prove.js'
import Savepoint from './savepoint.js'
import StateDiff from './state-diff.js'
import StateLs from './state-ls.js'
import StateShow from './state-show.js'
import Stop from './stop.js'

/** All commands by id; oclif reads them here (package.json names this file). */
export const COMMANDS = {
  cancel: Cancel,
  examples: Examples,
  'examples:run': ExamplesRun,
  exceptions: Exceptions,
  info: Info,
  init: Init,
  list: List,
  prove: Prove,
  savepoint: Savepoint,
  'state:diff': StateDiff,
  'state:ls': StateLs,
  'state:show': StateShow,
  stop: Stop,
  ...JOB_COMMANDS,
}
