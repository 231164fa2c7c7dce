import {readAnswer} from '../answer.js'
import type {Scenario} from '../scenario.js'
import {spreadOf} from '../statistics.js'
import {memoryFindings} from './memory.js'

/** A text of nothing but different words does not fit into memory: it is counted by spilling. */
export const distinctWords: Scenario = {
  name: 'distinct-50m',
  isLong: true,
  async run(context) {
    const words = context.isQuick ? 5_000_000 : 50_000_000
    const input = await context.inputs.distinct(words)
    const output = context.output('distinct')
    const command = context.wordcount(input.path, '-o', output, '-p', '2')
    const measured = await context.compare([{name: 'fts -p 2', command}], {rounds: 1, warmUps: 0, memory: 'within'})
    const answer = await readAnswer(output)
    const isMet = answer.rows === words && answer.words === words
    return {
      title: `${words / 1e6} million distinct words`,
      measured,
      findings: [
        {what: 'distinct words counted', value: spreadOf([answer.rows]), unit: '', bar: `= ${words}`, isMet},
        ...memoryFindings(measured[0]),
      ],
      notes: [`${(input.sizeBytes / 1e6).toFixed(0)} MB of text; the memory budget is the default.`],
    }
  },
}
