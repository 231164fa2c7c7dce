/**
 * Goal    `fts info` shows what a program would run: chains, slots, memory, promises of sinks, state that grows for ever; and runs nothing.
 * Method  bin/run.js over programs in a folder of the test's own; whole texts compared, but for the memory of the machine.
 */
import {existsSync, writeFileSync} from 'node:fs'
import {afterAll, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {textOf} from '../support/repository.js'

const workspace = new Workspace()
afterAll(() => workspace.remove())

const info = (...args: readonly string[]) =>
  runFts(workspace, ['info', ...args, '-D', 'taskmanager.memory.flink.size=512m'])

function program(name: string, body: string): string {
  writeFileSync(
    workspace.path(name),
    `import {CountTrigger, GlobalWindows, KeyedProcessFunction, StreamExecutionEnvironment, ValueStateDescriptor} from 'fts'
const env = StreamExecutionEnvironment.getExecutionEnvironment()
${body}
`,
  )
  return name
}

const WORDS = `const source = process.argv[2] === 'file' ? env.readTextFile('input.txt') : env.fromStdin()
source.flatMap(line => line.split(' ').map(word => [word, 1])).keyBy(0).sum(1).print()
await env.execute('words')
console.log('the job has run')`

it('shows chains, exchanges, slots, memory, sinks, and state that grows for ever', async () => {
  const {code, stdout, stderr} = await info(program('words.ts', WORDS), '-p', '2')
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  expect(stdout).toBe(`words · streaming · 4 chains, 5 operators

chain 1 × 1, reads standard input
   Source: Standard Input Source   built in, on bytes
   └─ rebalance ─▶ chain 2

chain 2 × 2
   Flat Map                        user functions
   └─ hash ─▶ chain 3

chain 3 × 2
   Keyed Aggregation               user functions
   Print to Std. Out               built in, on records
   └─ rebalance ─▶ chain 4

chain 4 × 1
   stdout: Writer                  built in, on bytes

slots     2, the highest parallelism
memory    at most 512 MiB in each of 1 TaskManager with 2 slots: task heap 192 MiB, managed 205 MiB, network 51.2 MiB, framework 64.0 MiB
          18 of 819 network segments needed in the fullest slot
sinks     stdout: Writer: at least once: what was printed stays printed
warning   "Keyed Aggregation" keeps the result of each key: it grows with the number of keys, and its input does not end by itself
`)
  expect(textOf('docs/cli.md')).toContain(stdout)
})

it('has nothing to warn of where the input ends, and takes the arguments of the program', async () => {
  writeFileSync(workspace.path('input.txt'), 'to be\n')
  const {stdout} = await info(program('words.ts', WORDS), '--', 'file')
  expect(stdout).toContain('reads 1 file (6 B)')
  expect(stdout).not.toContain('warning')
})

it.each([
  [
    'a state of its own',
    "new (class extends KeyedProcessFunction { seen = new ValueStateDescriptor('seen'); processElement() {} })()",
    'keeps state "seen": it grows with the number of keys',
  ],
  [
    'a state that expires',
    "new (class extends KeyedProcessFunction { seen = new ValueStateDescriptor('seen', {ttl: '1h'}); processElement() {} })()",
    undefined,
  ],
  [
    'a state asked for in open',
    "new (class extends KeyedProcessFunction { open(c) { this.s = c.getState(new ValueStateDescriptor('x')) } processElement() {} })()",
    'keeps the state that its open() asks for',
  ],
])('warns of %s', async (_, fn, warning) => {
  const file = program(
    'state.js',
    `env.socketTextStream('localhost', 9).keyBy(l => l).process(${fn}).print()\nawait env.execute()`,
  )
  const {code, stdout} = await info(file)
  expect(code).toBe(0)
  const warnings = stdout.split('\n').filter((line) => line.startsWith('warning'))
  if (warning === undefined) expect(warnings).toEqual([])
  else expect(warnings).toEqual([expect.stringContaining(warning)])
})

it('warns of global windows that are never purged, and not of windows of time', async () => {
  const windows = program(
    'windows.ts',
    `const keyed = env.socketTextStream('localhost', 9).keyBy(l => l)
keyed.window(GlobalWindows.create()).trigger(CountTrigger.of(3)).process((key, ctx, lines, out) => out.collect(key)).print()
keyed.countWindow(10).count().writeAsText('counts.txt')
await env.execute()`,
  )
  const {stdout} = await info(windows)
  expect(stdout).toContain('keeps a global window that CountTrigger never purges: it grows with the number of records')
  expect(stdout).toContain('keeps the window of each key: it grows with the number of keys')
  expect(stdout).toContain('counts.txt: Writer: exactly once: the file appears when the job has ended well')
  expect(existsSync(workspace.path('counts.txt'))).toBe(false)
})

it("prints Flink's JSON, or a flowchart, with warnings beside it", async () => {
  const file = program('words.ts', WORDS)
  const json = await info(file, '--json', '-p', '1')
  expect(JSON.parse(json.stdout).nodes).toHaveLength(5)
  expect(json.stderr).toMatch(/^warning: "Keyed Aggregation" keeps/)
  const chart = await info(file, '--mermaid')
  expect(chart.stdout).toMatch(/^flowchart LR\n {2}subgraph v1/)
})

it('says what is wrong in a sentence', async () => {
  expect(await info()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('fts: which program shall be looked at?'),
  })
  expect(await info('nowhere.ts')).toMatchObject({code: 2, stderr: expect.stringContaining('cannot run nowhere.ts')})
  expect(await info(program('empty.ts', ''))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('never called execute()'),
  })
  expect(await info(program('words.ts', WORDS), '--json', '--mermaid')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^fts: /),
  })
  expect(await info(program('words.ts', WORDS), '--slots', '1', '-p', '3')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('warning   the job needs 3 slots and gets 1: it would be refused'),
  })
})

it('shows which chains run on bytes, and which filters are read from their text', async () => {
  writeFileSync(workspace.path('log.jsonl'), '{"level":"ERROR","service":"a","ms":1}\n')
  const job = (filter: string) => `const limit = Number(process.argv[2])
env.setRuntimeMode('BATCH').readJsonLines('log.jsonl').filter(${filter}).keyBy('service').aggregate({n: 'count', mean: {avg: 'ms'}}).print()
await env.execute('errors')`
  const chains = async (filter: string) => {
    const {stdout, stderr} = await info(program('errors.ts', job(filter)), '--', '500')
    expect(stderr).toBe('')
    return stdout.match(/^ {3}(?:Filter|Local Aggregation) .*$/gm)
  }
  expect(await chains("(event) => event.level === 'ERROR'")).toEqual([
    expect.stringMatching(/Filter +comparisons read from the function, on bytes/),
    expect.stringMatching(/Local Aggregation +built in, on bytes/),
  ])
  expect(await chains('(event) => event.ms > limit')).toEqual([
    expect.stringMatching(/Filter +user functions/),
    expect.stringMatching(/Local Aggregation +built in, on records/),
  ])
})
