import {flinkContender} from '../flink-contender.js'
import type {Contender} from '../rounds.js'
import {type Finding, held, jobSecondsOf, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

/** Running counts, every update written, to where nobody reads: beside Flink, which discards them. */
export const streaming: Scenario = {
  name: 'streaming',
  async run(context) {
    const megabytes = context.isQuick ? 10 : 100
    const input = await context.inputs.zipf(megabytes)
    const {flink} = context.peers
    const contenders: Contender[] = [
      {name: 'fts -p 2 --mode streaming', command: context.wordcount(input.path, '--mode', 'streaming', '-p', '2')},
    ]
    if (flink !== undefined) {
      const stdout = context.output('flink-streaming-says')
      contenders.push(flinkContender('Flink DataStream, streaming', flink.dataStreamStreaming(input.path), {stdout}))
    }
    const measured = await context.compare(contenders)
    const [ours, theirs] = measured
    const findings: Finding[] = []
    if (theirs !== undefined) {
      const what = "Flink's job alone ÷ fts, whole command"
      findings.push(held({what, value: ratiosOf(jobSecondsOf(theirs), wallOf(ours)), unit: '×'}, {min: 3}, context))
      findings.push({what: 'Flink, whole command ÷ fts', value: ratiosOf(wallOf(theirs), wallOf(ours)), unit: '×'})
    }
    return {
      title: `Streaming word count of ${megabytes} MB, every update discarded`,
      measured,
      findings,
      notes: ['fts formats every update and writes it to /dev/null; Flink hands it to a DiscardingSink, unformatted.'],
    }
  },
}
