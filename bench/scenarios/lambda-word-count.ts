import {readAnswer} from '../answer.js'
import type {Contender} from '../rounds.js'
import {type Finding, held, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf, spreadOf} from '../statistics.js'

/** The word count in functions of the user's own, flatMap, keyBy and sum, beside what one writes first in Node. */
export const lambdaWordCount: Scenario = {
  name: 'lambda-word-count',
  async run(context) {
    const megabytes = context.isQuick ? 10 : 100
    const input = await context.inputs.zipf(megabytes)
    const outputs = ['fts-p2', 'fts-p1', 'naive'].map((name) => context.output(`lambda-${name}`))
    const contenders: Contender[] = [
      {name: 'fts -p 2', command: context.program('word-count', 2, input.path, outputs[0])},
      {name: 'fts -p 1', command: context.program('word-count', 1, input.path, outputs[1])},
    ]
    const naive = context.peers.find('naive-node')
    if (naive !== undefined) contenders.push({name: naive.name, command: naive.command(input.path, outputs[2])})
    const measured = await context.compare(contenders, {rounds: 3})
    const [two, one, theirs] = measured
    const perCore = spreadOf(wallOf(one).map((seconds) => input.words / seconds / 1e6))
    const findings: Finding[] = [
      held({what: 'M words a second and core, whole command, -p 1', value: perCore, unit: ''}, {min: 3}, context),
    ]
    if (theirs !== undefined) {
      const value = ratiosOf(wallOf(theirs), wallOf(two))
      findings.push(held({what: `${theirs.name} ÷ fts -p 2`, value, unit: '×'}, {min: 1.5}, context))
    }
    const answers = await Promise.all(outputs.slice(0, contenders.length).map((output) => readAnswer(output)))
    const notes = answers.slice(1).map(({rowsDigest}, index) => {
      const isSame = rowsDigest === answers[0].rowsDigest
      return `${contenders[index + 1].name}: ${isSame ? 'the same answer' : 'another answer'}.`
    })
    return {title: `Word count in user functions, ${megabytes} MB`, measured, findings, notes}
  },
}
