import {type Answer, readAnswer} from '../answer.js'
import type {Scenario} from '../scenario.js'
import {spreadOf} from '../statistics.js'

const PARALLELISMS = [1, 2, 3, 8]

/** The answer is the same, byte for byte, however many subtasks find it. */
export const sameAnswer: Scenario = {
  name: 'same-answer',
  async run(context) {
    const input = await context.inputs.zipf(context.isQuick ? 10 : 100)
    const outputs = PARALLELISMS.map((parallelism) => context.output(`answer-p${parallelism}`))
    const contenders = PARALLELISMS.map((parallelism, i) => ({
      name: `fts -p ${parallelism}`,
      command: context.wordcount(input.path, '-o', outputs[i], '-p', String(parallelism)),
    }))
    const measured = await context.compare(contenders, {rounds: 1, warmUps: 0})
    const answers: Answer[] = []
    for (const output of outputs) answers.push(await readAnswer(output))
    const different = new Set(answers.map((answer) => answer.bytesDigest)).size
    const isMet = different === 1 && answers[0].words === input.words
    return {
      title: `The same answer at parallelism ${PARALLELISMS.join(', ')}`,
      measured,
      findings: [{what: 'different answers', value: spreadOf([different]), unit: '', bar: '= 1', isMet}],
      notes: [
        `${answers[0].words} words counted, ${input.words} written; SHA-256 ${answers[0].bytesDigest.slice(0, 16)}….`,
      ],
    }
  },
}
