import type {Contender, Measured} from '../rounds.js'
import {type Finding, held, type Scenario, type ScenarioContext, wallOf} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

/** Node parses this file of certificates at every start, which takes longer than all else it does: it flatters the ratio. */
const CERTIFICATES = 'NODE_EXTRA_CA_CERTS'

/** What a start costs: three lines of text, beside a Node that does nothing. */
export const tiny: Scenario = {
  name: 'tiny',
  async run(context) {
    const input = await context.inputs.tiny()
    const fts = {name: 'fts', command: context.wordcount(input.path)}
    const node = {name: 'node -e 0', command: {argv: [process.execPath, '-e', '0']}}
    const pairs = process.env[CERTIFICATES] ? [fts, node, without(fts), without(node)] : [fts, node]
    const measured = await context.compare(pairs, {rounds: context.isQuick ? 5 : 20, warmUps: 2})
    return {
      title: 'A tiny file',
      measured,
      findings: [0, 2].flatMap((i) =>
        measured[i] === undefined ? [] : startFinding(measured[i], measured[i + 1], context),
      ),
      notes: [
        `${measured[0].processesMax} processes were seen at once: the command with its JobManager, and TaskManagers.`,
        ...(pairs.length === 2
          ? []
          : [`${CERTIFICATES} is set on this machine; Node parses that file at every start.`]),
      ],
    }
  },
}

function without({name, command}: Contender): Contender {
  return {name: `${name}, ${CERTIFICATES} not set`, command: {...command, env: {[CERTIFICATES]: ''}}}
}

function startFinding(ours: Measured, theirs: Measured, context: ScenarioContext): Finding {
  return held(
    {what: `${ours.name} ÷ ${theirs.name}`, value: ratiosOf(wallOf(ours), wallOf(theirs)), unit: '×'},
    {max: 4},
    context,
  )
}
