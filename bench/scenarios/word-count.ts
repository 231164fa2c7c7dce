import {type Answer, readAnswer} from '../answer.js'
import type {PeerName} from '../peers.js'
import type {Contender} from '../rounds.js'
import {
  againstPeer,
  held,
  type Outcome,
  type PeerBar,
  type Scenario,
  type ScenarioContext,
  wallOf,
} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

interface WordCountBar extends PeerBar<PeerName> {
  /** Takes minutes: with `--full` only. */
  readonly isSlow?: boolean
}

/** Counts the words of a text beside the tools that people use for it. */
export function wordCountScenario(megabytes: number, peerBars: readonly WordCountBar[], speedUpMin?: number): Scenario {
  const name = megabytes >= 1000 ? `wordcount-${megabytes / 1000}gb` : `wordcount-${megabytes}mb`
  return {
    name,
    async run(context) {
      const size = context.isQuick ? megabytes / 10 : megabytes
      const input = await context.inputs.zipf(size)
      const bars = peerBars.filter(({isSlow}) => !isSlow || context.isFull || context.isQuick)
      const contenders = contendersOf(context, input.path, bars)
      const measured = await context.compare(contenders.map(({contender}) => contender))
      const [p2, p1] = measured
      const findings = bars.flatMap((bar) => againstPeer(context, bar, measured, contenders))
      const speedUp = {
        what: 'parallelism 1 ÷ parallelism 2',
        value: ratiosOf(wallOf(p1), wallOf(p2)),
        unit: '×',
      } as const
      findings.push(speedUpMin === undefined ? speedUp : held(speedUp, {min: speedUpMin}, context))
      return {
        title: `Word count of ${size} MB (${(input.words / 1e6).toFixed(1)} M words)`,
        measured,
        findings,
        notes: await compareAnswers(context, contenders),
      } satisfies Outcome
    },
  }
}

interface Entry {
  readonly contender: Contender
  readonly output: string
  readonly hasCounts: boolean
  readonly peer?: PeerName
}

function contendersOf(context: ScenarioContext, input: string, bars: readonly WordCountBar[]): Entry[] {
  const ours = [2, 1].map((parallelism): Entry => {
    const output = context.output(`fts-p${parallelism}`)
    const command = context.wordcount(input, '-o', output, '-p', String(parallelism))
    return {contender: {name: `fts -p ${parallelism}`, command}, output, hasCounts: true}
  })
  const theirs = bars.flatMap(({peer: name}): Entry[] => {
    const peer = context.peers.find(name)
    if (peer === undefined) return []
    const output = context.output(name)
    const contender = {name: peer.name, command: peer.command(input, output)}
    return [{contender, output, hasCounts: peer.hasCounts, peer: name}]
  })
  return [...ours, ...theirs]
}

/** Peers lower-case and split by rules of their own; a difference is told, not hidden. */
async function compareAnswers({isQuick}: ScenarioContext, entries: readonly Entry[]): Promise<string[]> {
  const [ours, ...others] = entries.filter((entry) => entry.hasCounts)
  const expected = await readAnswer(ours.output)
  const notes = [`${expected.words} words, ${expected.rows} of them distinct.`]
  if (isQuick) notes.push('A short run on a tenth of the text: ratios say little.')
  for (const {contender, output} of others) {
    const answer = await readAnswer(output)
    const isSame = answer.rowsDigest === expected.rowsDigest
    notes.push(`${contender.name}: ${isSame ? 'the same answer' : anotherAnswer(answer)}.`)
  }
  return notes
}

function anotherAnswer({words, rows}: Answer): string {
  return `another answer, ${words} words, ${rows} distinct (mawk lower-cases ASCII only)`
}
