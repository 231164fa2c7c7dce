import type {Hook} from '@oclif/core'
import {nearestKey} from '../../src/config/index.js'
import {FtsError} from '../../src/core/index.js'
import {printError} from '../print-error.js'

/** `fts wordcout`: one sentence, the nearest command, exit code 2. */
const commandNotFound: Hook<'command_not_found'> = async ({id, config}) => {
  const nearest = nearestKey(id, config.commandIDs)
  const tryThis = nearest === undefined ? 'fts --help lists the commands' : `Did you mean "fts ${nearest}"?`
  const error = new FtsError('user', 'FTS_UNKNOWN_COMMAND', `there is no command "${id}"`, {command: id}, {tryThis})
  process.exit(printError(error, {verbose: false}))
}

export default commandNotFound
