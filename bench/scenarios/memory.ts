import type {Measured} from '../rounds.js'
import {held, type Scenario} from '../scenario.js'
import type {Spread} from '../statistics.js'

const MEGABYTE = 2 ** 20

/** Resident memory of all processes together while a large text is counted. */
export function memoryScenario(gigabytes: number): Scenario {
  return {
    name: `memory-${gigabytes}gb`,
    isLong: gigabytes > 1,
    async run(context) {
      const megabytes = context.isQuick ? gigabytes * 100 : gigabytes * 1000
      const input = await context.inputs.zipf(megabytes)
      const command = context.wordcount(input.path, '-o', context.output('memory'), '-p', '2')
      const measured = await context.compare([{name: 'fts -p 2', command}], {rounds: 3, warmUps: 0, memory: 'within'})
      return {
        title: `Memory of all processes while ${megabytes} MB are counted`,
        measured,
        findings: memoryFindings(measured[0]).map((finding, i) =>
          i === 0 ? held(finding, {max: 400}, context) : finding,
        ),
        notes: [
          'RSS counts pages that processes share once for each; PSS divides them. The upper bound adds what each process had at its own peak.',
        ],
      }
    },
  }
}

/** RSS first: it is what the bar is about. */
export function memoryFindings(measured: Measured) {
  const upper = measured.rssUpperBoundBytes
  return [
    {what: 'RSS, sum, peak', value: inMegabytes(measured.rssPeakBytes), unit: 'MB'},
    {what: 'PSS, sum, peak', value: inMegabytes(measured.pssPeakBytes), unit: 'MB'},
    {
      what: 'RSS, upper bound',
      value: inMegabytes({median: upper, min: upper, max: upper, count: measured.runs.length}),
      unit: 'MB',
    },
  ] as const
}

function inMegabytes({median, min, max, count}: Spread): Spread {
  return {median: median / MEGABYTE, min: min / MEGABYTE, max: max / MEGABYTE, count}
}
