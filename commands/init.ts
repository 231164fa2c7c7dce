import {Args, Command} from '@oclif/core'
import {FtsError} from '../src/core/index.js'
import {exampleOf} from './examples-list.js'
import {nextSteps} from './next-steps.js'
import {printError} from './print-error.js'
import {writeProject} from './write-project.js'

/** The example that a new project begins with. */
const BEGINNING = 'visits'

/** `fts init`: writes a small job project. */
export default class Init extends Command {
  static override readonly id = 'init'

  static override readonly summary = 'Write a small job project: a job, its data, a test.'

  static override readonly description =
    `The project type-checks, runs (npm start) and has a test that passes (npm test). It takes fts from where this fts is installed.
The folder must not be there yet, or be empty. To begin with another job, copy an example: fts examples NAME --copy DIR.`

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> my-job',
    '<%= config.bin %> <%= command.id %> .',
  ]

  static override readonly args = {
    folder: Args.string({description: 'the folder of the project'}),
  }

  override async run(): Promise<void> {
    try {
      const {args} = await this.parse(Init)
      if (args.folder === undefined) throw noFolder()
      this.log(nextSteps(args.folder, writeProject(args.folder, exampleOf(BEGINNING))))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'init'})
    }
  }
}

function noFolder(): FtsError {
  return new FtsError(
    'user',
    'FTS_WRONG_USE',
    'where shall the project be?',
    {},
    {tryThis: 'Name a folder: fts init my-job'},
  )
}
