// Goal: state in RocksDB is chosen by an option, gives what state on the heap gives, takes over its savepoints and gives it its own, and leaves
// nothing on disk; where it cannot be had, one sentence says why.
// Method: `fts run` on a program with each kind of state; a savepoint taken in the middle of a stdin that stays open, restored with the other backend.
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'

const TEST_MS_MAX = 90_000

const PROGRAM = `
import {KeyedProcessFunction, ListStateDescriptor, MapStateDescriptor, StreamExecutionEnvironment, ValueStateDescriptor} from 'fts'

class Remember extends KeyedProcessFunction {
  open(context) {
    this.count = context.getState(new ValueStateDescriptor('count', {ttl: '1 d'}))
    this.last = context.getListState(new ListStateDescriptor('last'))
    this.words = context.getMapState(new MapStateDescriptor('words'))
  }

  processElement(line, context, out) {
    const [, word] = line.split(' ')
    const count = (this.count.value() ?? 0) + 1
    this.count.update(count)
    this.last.update([...this.last.get(), word].slice(-3))
    this.words.put(word, (this.words.get(word) ?? 0) + 1)
    out.collect(context.getCurrentKey() + ' ' + count + ' ' + this.last.get().join(',') + ' ' + [...this.words.entries()].map((one) => one.join('=')).join(','))
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
const input = process.argv[2]
const lines = input === '-' ? env.fromStdin().uid('standard input') : env.readTextFile(input).uid('a file')
lines
  .keyBy((line) => line.split(' ')[0])
  .process(new Remember()).uid('remember')
  .print().uid('out')
await env.execute('remember')
`

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('tmp'))
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const lines = Array.from({length: 3000}, (_, i) => `key${(i * 7) % 400} w${(i * 13) % 11}`)

/** What a run answers: its lines in the order of the input's keys. */
function run(backend: string, input: string, flags: readonly string[] = []) {
  const all = ['-p', '1', '-D', `io.tmp.dirs=${workspace.path('tmp')}`, '-D', `state.backend.type=${backend}`, ...flags]
  const fts = startProgramText(workspace, PROGRAM, {flags: all, args: [input]})
  if (input !== '-') fts.process.stdin.end()
  return fts
}

describe('state.backend.type', () => {
  it(
    'rocksdb gives what hashmap gives, and leaves nothing',
    async () => {
      writeFileSync(workspace.path('in.txt'), `${lines.join('\n')}\n`)
      const small = ['-D', 'state.backend.rocksdb.memory.fixed-per-slot=4m']
      const onHeap = await run('hashmap', 'in.txt').ended
      const inRocks = await run('rocksdb', 'in.txt', small).ended
      expect(inRocks.code, inRocks.stderr).toBe(0)
      expect(sortedLines(inRocks.stdout)).toEqual(sortedLines(onHeap.stdout))
      expect(sortedLines(inRocks.stdout)).toHaveLength(lines.length)
      expect(readdirSync(workspace.path('tmp'))).toEqual([])
    },
    TEST_MS_MAX,
  )

  it(
    'anything else is refused with what there is',
    async () => {
      const end = await run('rocks', 'in.txt').ended
      expect(end.code).toBe(2)
      expect(end.stderr).toContain('state.backend.type')
      expect(end.stderr).toContain('hashmap')
    },
    TEST_MS_MAX,
  )

  it(
    'rocksdb in a folder that is not there is a sentence',
    async () => {
      writeFileSync(workspace.path('in.txt'), `${lines.join('\n')}\n`)
      writeFileSync(workspace.path('file'), '')
      const end = await run('rocksdb', 'in.txt', ['-D', `io.tmp.dirs=${workspace.path('file')}/none`]).ended
      expect(end.code).not.toBe(0)
      expect(end.stderr).toContain(`${workspace.path('file')}/none`)
      expect(end.stderr).toContain('io.tmp.dirs')
      expect(end.stderr).not.toContain('    at ')
    },
    TEST_MS_MAX,
  )
})

describe('a savepoint', () => {
  it.each([
    ['hashmap', 'rocksdb'],
    ['rocksdb', 'hashmap'],
  ])(
    'that was taken with %s is restored with %s',
    async (before, after) => {
      const half = lines.length / 2
      const first = run(before, '-')
      first.process.stdin.write(`${lines.slice(0, half).join('\n')}\n`)
      await first.until(({stdout}) => stdout.split('\n').length > half)
      const [job] = /[0-9a-f]{32}/.exec((await runFts(workspace, ['list'])).stdout) ?? ['']
      const stopped = await runFts(workspace, ['stop', job, '--savepointPath', workspace.path('savepoints')])
      expect(stopped.code, stopped.stderr).toBe(0)
      const end = await first.ended
      const [savepoint] = readdirSync(workspace.path('savepoints'))
      writeFileSync(workspace.path('rest.txt'), `${lines.slice(half).join('\n')}\n`)
      // The rest comes from a file, whose source has no state: -n leaves that of standard input behind.
      const rest = await run(after, 'rest.txt', ['-n', '-s', workspace.path(`savepoints/${savepoint}`)]).ended
      expect(rest.code, rest.stderr).toBe(0)
      writeFileSync(workspace.path('in.txt'), `${lines.join('\n')}\n`)
      const straight = await run('hashmap', 'in.txt').ended
      expect(sortedLines(end.stdout + rest.stdout)).toEqual(sortedLines(straight.stdout))
    },
    TEST_MS_MAX,
  )
})
