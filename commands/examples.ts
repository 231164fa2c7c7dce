import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Args, Command, Flags} from '@oclif/core'
import {FtsError} from '../src/core/index.js'
import {type Example, exampleOf, examples, folderOf, runLine} from './examples-list.js'
import {nextSteps} from './next-steps.js'
import {printError} from './print-error.js'
import {writeProject} from './write-project.js'

/** `fts examples`: lists the examples, shows one, copies one. */
export default class Examples extends Command {
  static override readonly id = 'examples'

  static override readonly summary = 'List the example jobs; show, run or copy one.'

  static override readonly description =
    'Each example is a job with data, a test and a README. Run one with: fts examples run NAME.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> sensors',
    '<%= config.bin %> <%= command.id %> run sensors -p 2',
    '<%= config.bin %> <%= command.id %> sensors --copy my-sensors',
  ]

  static override readonly args = {
    name: Args.string({description: 'the example to show or copy'}),
  }

  static override readonly flags = {
    copy: Flags.string({description: 'write it into this folder, as a project of its own', helpValue: 'DIR'}),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(Examples)
      this.log(answer(args.name, flags.copy))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'examples'})
    }
  }
}

function answer(name: string | undefined, copyTo: string | undefined): string {
  if (name === undefined && copyTo !== undefined) throw nothingToCopy()
  if (name === undefined) return list()
  const example = exampleOf(name)
  if (copyTo === undefined) return shown(example)
  const start = example.arguments === undefined ? 'npm start' : runLine(example, 'npm start')
  return nextSteps(copyTo, writeProject(copyTo, example), start)
}

function nothingToCopy(): FtsError {
  const tryThis = 'Name it: fts examples sensors --copy my-sensors'
  return new FtsError('user', 'FTS_WRONG_USE', '--copy without an example: which one?', {}, {tryThis})
}

function list(): string {
  const all = examples()
  const width = Math.max(...all.map(({name}) => name.length))
  return all.map(({name, summary}) => `${name.padEnd(width)}  ${summary}`).join('\n')
}

function shown(example: Example): string {
  const {name, before} = example
  const folder = folderOf(example)
  return [
    readFileSync(join(folder, 'README.md'), 'utf8').trimEnd(),
    '',
    `It is in   ${folder}`,
    ...(before === undefined ? [] : [`Before     ${before}`]),
    `Run it     ${runLine(example, `fts examples run ${name}`)}`,
    `Copy it    fts examples ${name} --copy DIR`,
  ].join('\n')
}
