// Goal: with checkpoints, kill −9 of TaskManagers at any moment, wherever state is kept, changes nothing: the output has each result once, from files, standard input and
// sockets, into a file and to standard output, for running counts, windows and joins, on one TaskManager and on two; nothing is left behind.
// Method: `fts run` as a user starts it, on random lines; TaskManagers are killed after random times, one is stopped until it counts as dead;
// outputs are compared with plain code that computes them. Each seed is a test of its own: FTS_TEST_SEED replays one, FTS_TEST_RUNS multiplies them (npm run soak).

import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import type {AddressInfo} from 'node:net'
import {connect, createServer, type Socket} from 'node:net'
import {join} from 'node:path'
import type {Writable} from 'node:stream'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {EXACTLY_ONCE_JOBS, exactlyOnceProgram, randomLines, textOf} from '../support/exactly-once-jobs.js'
import {Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 90_000
const LINES = 6000
const DELIMITER = '||'
const FLAGS = [
  ...['-D', 'execution.checkpointing.interval=150ms'],
  ...['-D', 'restart-strategy.type=fixed-delay', '-D', 'restart-strategy.fixed-delay.attempts=1000'],
  ...['-D', 'restart-strategy.fixed-delay.delay=20ms'],
]

const UNALIGNED = 'execution.checkpointing.unaligned.enabled=true'
const ALIGNMENTS = [[], [UNALIGNED], [UNALIGNED, 'execution.checkpointing.aligned-checkpoint-timeout=10ms']]

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Gives the text in pieces that end anywhere, with pauses. */
async function feed(input: Pick<Writable, 'write' | 'end'>, text: string, random: SeededRandom): Promise<void> {
  for (let at = 0; at < text.length; ) {
    const end = at + Math.ceil(random.next() * (text.length / 6))
    input.write(text.slice(at, end))
    at = end
    await pause(random.next() * 400)
  }
  input.end()
}

/** Something has been written to the file that becomes out.txt. */
function hasOutput({folder}: Workspace): boolean {
  return readdirSync(folder).some((name) => name.startsWith('.out.txt.') && statSync(join(folder, name)).size > 0)
}

interface Server {
  readonly port: number
  /** When somebody has connected and been given all of the text. */
  readonly fed: Promise<void>
  close(): void
}

/** A server that gives the text to the first who connects, and nothing to any other. */
async function serve(text: string, random: SeededRandom): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const fed = new Promise<void>((resolve) => {
    server.once('connection', (socket) => {
      socket.on('error', () => {})
      resolve(feed(socket, text, random))
    })
  })
  const {port} = server.address() as AddressInfo
  return {port, fed, close: () => void server.close()}
}

/** Connects to whoever comes to listen on the port. */
async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, 'localhost')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.on('error', () => resolve(false))
    })
    if (isOpen) return socket
    await pause(20)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Kills a TaskManager some times, as long as there are any; answers how often. */
async function killNowAndThen(random: SeededRandom, count: number, hasEnded: () => boolean): Promise<number> {
  let kills = 0
  for (let i = 0; i < count && !hasEnded(); i++) {
    await pause(300 + random.next() * 1500)
    const taskManagers = workspace.taskManagers()
    if (taskManagers.length === 0 || hasEnded()) continue
    process.kill(random.pick(taskManagers), 'SIGKILL')
    kills += 1
  }
  return kills
}

let killsInAll = 0

describe('a TaskManager of a job with checkpoints is killed with −9', () => {
  it.each(testSeeds(6))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 7919)
      const job = EXACTLY_ONCE_JOBS[seed % EXACTLY_ONCE_JOBS.length]
      const source = random.pick(['file', 'stdin', 'socket', 'delimited'] as const)
      const spread = random.pick([[], ['--num-taskmanagers', '2']])
      const output = random.pick(['out.txt', '-'])
      const backend = random.pick(['hashmap', 'rocksdb'])
      const lines = randomLines(random, LINES)
      writeFileSync(workspace.path('in.txt'), textOf(lines))
      const sent = source === 'delimited' ? textOf(lines).replaceAll('\n', DELIMITER) : textOf(lines)
      const server = source === 'socket' || source === 'delimited' ? await serve(sent, random) : undefined
      const inputs = {file: 'in.txt', stdin: '-', socket: `${server?.port}`, delimited: `${server?.port}${DELIMITER}`}
      const alignment = random.pick(ALIGNMENTS).flatMap((option) => ['-D', option])
      const fts = startProgramText(workspace, exactlyOnceProgram(job.pipeline), {
        flags: [...FLAGS, ...spread, ...alignment, '-D', `state.backend.type=${backend}`],
        args: [inputs[source], output],
      })
      let hasEnded = false
      void fts.ended.then(() => {
        hasEnded = true
      })
      const feeding = source === 'stdin' ? feed(fts.process.stdin, textOf(lines), random) : fts.process.stdin.end()
      const kills = await killNowAndThen(random, 3, () => hasEnded)
      await feeding
      await Promise.race([server?.fed, fts.ended])
      const end = await fts.ended
      server?.close()
      killsInAll += kills
      const how = [...spread, ...alignment].join(' ')
      const told = `${job.name}, ${source} to ${output}, state in ${backend}, ${how}, ${kills} kills\n${end.stderr}`
      expect(end.code, told).toBe(0)
      const written = output === '-' ? end.stdout : readFileSync(workspace.path(output), 'utf8')
      expect(sortedLines(written), told).toEqual(job.expected(lines).sort())
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )

  it(
    'that listens for clients',
    async () => {
      const random = new SeededRandom(17)
      const job = EXACTLY_ONCE_JOBS[0]
      const lines = randomLines(random, 3000)
      const expected = job.expected(lines).sort()
      const port = await freePort()
      const fts = startProgramText(workspace, exactlyOnceProgram(job.pipeline), {
        flags: FLAGS,
        args: [`+${port}`, '-'],
      })
      // Two of them at a time: each has every second line, cut anywhere.
      const clients = [await connected(port), await connected(port)]
      const feeding = clients.map((client, index) =>
        feed(client, textOf(lines.filter(({at}) => at % 2 === index)), random),
      )
      const kills = await killNowAndThen(random, 3, () => false)
      await Promise.all(feeding)
      // It does not end by itself. What comes twice would come with a checkpoint, as all does.
      await fts.until(({stdout}) => sortedLines(stdout).length >= expected.length)
      fts.process.kill('SIGINT')
      const end = await fts.ended
      killsInAll += kills
      expect(end.stderr).toMatch(/Restarted \d+ times?\./)
      expect(sortedLines(end.stdout)).toEqual(expected)
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )

  it(
    'or stopped, and counts as dead',
    async () => {
      const job = EXACTLY_ONCE_JOBS[0]
      const lines = randomLines(new SeededRandom(1), 2000)
      const timeouts = ['-D', 'heartbeat.interval=200ms', '-D', 'heartbeat.timeout=4s']
      const fts = startProgramText(workspace, exactlyOnceProgram(job.pipeline), {
        flags: [...FLAGS, ...timeouts],
        args: ['-', 'out.txt'],
      })
      fts.process.stdin.write(textOf(lines.slice(0, 1000)))
      // Not on standard output: what is being written there while its writer is stopped may come twice (docs/fault-tolerance.md).
      while (!hasOutput(workspace)) await pause(10)
      const [stopped] = workspace.taskManagers()
      process.kill(stopped, 'SIGSTOP')
      fts.process.stdin.end(textOf(lines.slice(1000)))
      const end = await fts.ended
      expect(end.code, end.stderr).toBe(0)
      expect(end.stderr).toMatch(/Restarted \d+ times?\..*gave no sign of life/s)
      expect(sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))).toEqual(job.expected(lines).sort())
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )

  it('at all', () => {
    console.info(`${killsInAll} TaskManagers were killed`)
    expect(killsInAll).toBeGreaterThanOrEqual(Number(process.env.FTS_SOAK_KILLS ?? 1))
  })
})
