import {type Restart, RunningCount} from '../running-count.js'
import {held, type Scenario} from '../scenario.js'
import {spreadOf} from '../statistics.js'

const KEYS = 1_000_000
const SUBTASKS = 2

/** A job with a million keys, of which a TaskManager is killed or a subtask throws: how long until every subtask goes on, with its state? */
export const recovery: Scenario = {
  name: 'recovery',
  async run(context) {
    const keys = context.isQuick ? KEYS / 10 : KEYS
    const failures = context.isQuick ? 1 : 6
    const job = new RunningCount(context, {name: 'recovery', keys, subtasks: SUBTASKS})
    try {
      const killed: Restart[] = []
      const thrown: Restart[] = []
      // The first kill is not counted.
      await kill(job)
      for (let failure = 0; failure < failures; failure++) {
        killed.push(await kill(job))
        thrown.push(await failOne(job))
      }
      return {
        title: `kill −9 of a TaskManager, ${keys / 1e6} M keys, ${SUBTASKS} subtasks`,
        measured: [],
        findings: [
          held(
            {
              what: 'from the kill to the first record in every subtask',
              value: spreadOf(killed.map(({seconds}) => seconds)),
              unit: 's',
            },
            {max: 1},
            context,
          ),
          {
            what: 'CPU time of the new TaskManager until then',
            value: spreadOf(killed.map(({cpuSeconds}) => cpuSeconds)),
            unit: 's',
          },
          {
            what: 'from an exception of one subtask to the first record in every subtask',
            value: spreadOf(thrown.map(({seconds}) => seconds)),
            unit: 's',
          },
        ],
        notes: [
          'With it: noticing, the pause before a restart (100 ms), a new process, its slots, loading the program, reading the state. The first kill is not counted.',
        ],
      }
    } finally {
      await job.end()
    }
  },
}

async function kill(job: RunningCount): Promise<Restart> {
  const pid = await job.filled()
  const killedMs = Date.now()
  process.kill(pid, 'SIGKILL')
  return job.restarted(killedMs)
}

async function failOne(job: RunningCount): Promise<Restart> {
  await job.filled()
  return job.restarted(await job.throwOne())
}
