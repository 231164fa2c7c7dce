import {held, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

/** What a start costs: three lines of text, beside a Node that does nothing. */
export const tiny: Scenario = {
  name: 'tiny',
  async run(context) {
    const input = await context.inputs.tiny()
    const contenders = [
      {name: 'fts', command: context.wordcount(input.path)},
      {name: 'node -e 0', command: {argv: [process.execPath, '-e', '0']}},
    ]
    const measured = await context.compare(contenders, {rounds: context.isQuick ? 5 : 20, warmUps: 2})
    const value = ratiosOf(wallOf(measured[0]), wallOf(measured[1]))
    return {
      title: 'A tiny file',
      measured,
      findings: [held({what: 'fts ÷ node -e 0', value, unit: '×'}, {max: 4}, context)],
      notes: [
        `${measured[0].processesMax} processes were seen at once: the command with its JobManager, and TaskManagers.`,
      ],
    }
  },
}
