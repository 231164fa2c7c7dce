import {writeSync} from 'node:fs'
import {NodeClock, NodeDisk, NodeNet, NodeProcesses, NodeRandom, NodeTimers} from '../platform/index.js'
import {JobManagerProcess} from './job-manager-process.js'
import type {JobManagerReport, SupervisorMessage} from './supervisor-messages.js'

const LOST_EXIT_CODE = 1

// The entry of a JobManager's process, a bundle of its own. It lives as long as the command that supervises it.
const jobManager = new JobManagerProcess(
  {send, end, exit: () => process.exit(0)},
  {
    clock: new NodeClock(),
    timers: new NodeTimers(),
    disk: new NodeDisk(),
    net: new NodeNet(),
    random: new NodeRandom(),
    processes: new NodeProcesses(),
  },
)
process.on('message', (message) => jobManager.receive(message as SupervisorMessage))
process.once('disconnect', () => process.exit(LOST_EXIT_CODE))
// Ctrl-C and a closed terminal reach every process of the group; what they mean is for the command line to say.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
// In one sentence: the command shows the last of what was said.
process.on('uncaughtException', (thrown) => end(thrown))

function send(report: JobManagerReport): void {
  // When the command is gone, nobody wants to know.
  process.send?.(report, undefined, undefined, () => {})
}

function end(why: Error): void {
  try {
    writeSync(2, `${why.name === 'FtsError' ? '' : `${why.name}: `}${why.message}\n`)
  } catch {}
  process.exit(LOST_EXIT_CODE)
}
