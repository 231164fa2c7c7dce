import {writeSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {FtsError} from '../core/index.js'
import {NodeClock, NodeDisk, NodeNet, NodeTimers} from '../platform/index.js'
import {TaskManager} from './task-manager.js'
import {parseSettingsMessage, parseTaskManagerArguments, type TaskManagerArguments} from './task-manager-arguments.js'

const SIGTERM_EXIT_CODE = 143

// The entry of a TaskManager's process, a bundle of its own. `process.stdin` and `process.stdout` are never touched: their
// descriptors belong to the sources and sinks in the slots.
const parsed = parseOrExit()
const taskManager = new TaskManager({
  ...parsed,
  workerFile: fileURLToPath(new URL('slot-worker.cjs', import.meta.url)),
  net: new NodeNet(),
  disk: new NodeDisk(),
  clock: new NodeClock(),
  timers: new NodeTimers(),
  say,
})
watchSignals()
if (process.channel) process.once('disconnect', () => taskManager.ownerLost())
if (parsed.settings !== undefined) void taskManager.start(parsed.settings)
else awaitSettings()

function parseOrExit(): TaskManagerArguments & {readonly argumentParsingMs: number} {
  const startMs = performance.now()
  try {
    const parsed = parseTaskManagerArguments(process.argv.slice(2))
    return {...parsed, argumentParsingMs: performance.now() - startMs}
  } catch (error) {
    const {message, tryThis} = FtsError.from(error)
    say(`${message}\n  → ${tryThis}\n`)
    process.exit(2)
  }
}

function awaitSettings(): void {
  process.once('message', (message) => {
    try {
      void taskManager.start(parseSettingsMessage(message))
    } catch (error) {
      taskManager.fail(FtsError.from(error))
    }
  })
  taskManager.warm(parsed.warmSlots)
}

/** Ctrl-C and a closed terminal reach every process of the group; what they mean is for the command line to say. */
function watchSignals(): void {
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  process.on('SIGTERM', () => taskManager.stop('it was stopped by SIGTERM', SIGTERM_EXIT_CODE))
  process.on('uncaughtException', (error) => taskManager.fail(FtsError.from(error)))
}

/** Straight to the descriptor; if nobody reads it any more, nobody wants to know. */
function say(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    return
  }
}
