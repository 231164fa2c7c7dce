import {flinkContender} from '../flink-contender.js'
import type {Contender} from '../rounds.js'
import {type Finding, held, jobSecondsOf, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

/** The groups of a CSV file beside Flink's SQL, in batch and as a stream of updates that are discarded. */
export const csvGroupFlink: Scenario = {
  name: 'csv-group-flink',
  async run(context) {
    const records = context.isQuick ? 1_000_000 : 10_000_000
    const input = await context.inputs.orders(records)
    const {flink} = context.peers
    const ours = context.program('csv-group', 2, input.path, context.output('csv-group-fts'))
    const contenders: Contender[] = [{name: 'fts -p 2', command: ours}]
    for (const mode of flink === undefined ? [] : (['batch', 'streaming'] as const)) {
      const paths = {stdout: context.output(`flink-${mode}-says`), output: context.output(`flink-${mode}`)}
      const command = flink!.records('csv-group', mode, input.path, paths.output)
      contenders.push(flinkContender(`Flink SQL, ${mode}`, command, paths))
    }
    const measured = await context.compare(contenders, {rounds: 3})
    const [fts, batch, streaming] = measured
    const findings: Finding[] = []
    if (batch !== undefined) {
      const what = 'Flink batch, its job alone ÷ fts, whole command'
      findings.push(held({what, value: ratiosOf(jobSecondsOf(batch), wallOf(fts)), unit: '×'}, {min: 5}, context))
    }
    if (streaming !== undefined) {
      const what = 'Flink streaming, its job alone ÷ fts, whole command'
      findings.push(held({what, value: ratiosOf(jobSecondsOf(streaming), wallOf(fts)), unit: '×'}, {min: 15}, context))
    }
    return {
      title: `CSV by category beside Flink, ${records / 1e6} M records`,
      measured,
      findings,
      notes: [
        'fts gives one result a category, like Flink in batch mode; Flink streaming gives updates to a sink that discards them.',
      ],
    }
  },
}
