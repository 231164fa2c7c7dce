import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {type Restart, RunningCount} from '../running-count.js'
import {held, type Scenario} from '../scenario.js'
import {spreadOf} from '../statistics.js'

const KEYS = 1_000_000
const SUBTASKS = 2

/** kill −9 of the JobManager that leads: how long until every subtask goes on with the state of the last checkpoint, told by the standby? */
export const takeover: Scenario = {
  name: 'takeover',
  async run(context) {
    const keys = context.isQuick ? KEYS / 10 : KEYS
    const storage = context.output('takeover-leaders')
    const flags = [...['-D', 'high-availability.type=filesystem', '-D', `high-availability.storageDir=${storage}`]]
    const job = new RunningCount(context, {name: 'takeover', keys, subtasks: SUBTASKS, flags})
    try {
      const takeovers: Restart[] = []
      for (let kill = 0; kill < (context.isQuick ? 2 : 7); kill++) {
        await job.filled()
        const killedMs = Date.now()
        process.kill(leaderOf(storage), 'SIGKILL')
        takeovers.push(await job.restarted(killedMs))
      }
      const [, ...counted] = takeovers
      return {
        title: `kill −9 of the leading JobManager, ${keys / 1e6} M keys, ${SUBTASKS} subtasks`,
        measured: [],
        findings: [
          held(
            {
              what: 'from the kill to the first record in every subtask under the next leader',
              value: spreadOf(counted.map(({seconds}) => seconds)),
              unit: 's',
            },
            {max: 2},
            context,
          ),
        ],
        notes: [
          'With it: noticing, election, the end of the tasks of the leader before, their TaskManager’s registration, reading the state. The first kill is not counted.',
        ],
      }
    } finally {
      await job.end()
    }
  },
}

/** Its process, from the record with the greatest token. */
function leaderOf(storage: string): number {
  const jobs = join(storage, 'default/0')
  const [folder] = readdirSync(jobs)
    .filter((name) => /^[0-9a-f]{32}$/.test(name))
    .map((name) => join(jobs, name))
  const tokens = readdirSync(folder).flatMap((name) => /^token-(\d+)$/.exec(name)?.[1] ?? [])
  const token = Math.max(...tokens.map(Number))
  return JSON.parse(readFileSync(join(folder, `token-${token}`), 'utf8')).process.pid
}
