// Goal: what is wrong with a program, or goes wrong in its functions, is told in one sentence with the place in the program, and what to do.
// Method: wrong programs through bin/run.js; the beginning of stderr and the exit code.
import {writeFileSync} from 'node:fs'
import {createServer, type Socket} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText, startProgramText, withEnvironment} from '../support/job-programs.js'

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
})

afterAll(() => {
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

/** `body` runs in a program of two lines before it: its first line is line 3. */
async function refusal(body: string, ...imports: readonly string[]) {
  const end = await runProgramText(workspace, withEnvironment(body, ...imports), {flags: ['-p', '1']})
  expect(end.stdout).toBe('')
  expect(end.stderr).not.toMatch(/^\s+at /m)
  return {code: end.code, stderr: end.stderr}
}

const EXECUTE = '\nawait env.execute()'

describe('before anything runs, exit code 2', () => {
  it.each([
    [
      'no sink',
      `env.fromElements(1).map((x) => x)${EXECUTE}`,
      /^fts: job\.ts:4:11: the job has no sink: what "Map" makes goes nowhere\n {2}→ End a stream with print/,
    ],
    [
      'no execute',
      'env.fromElements(1).print()',
      /^fts: job\.ts ended without running a job: it never called execute\(\)\n {2}→ End the program with: await env\.execute\(\)\n$/,
    ],
    ['nothing said', 'await env.execute()', /^fts: job\.ts:3:11: execute\(\) was called before anything was said/],
    [
      'no function',
      'env.fromElements(1).map(5 as never)',
      /^fts: job\.ts:3:21: map got 5, expected a function, or an object with map\(\)\n/,
    ],
    [
      'a wrong number',
      "env.fromElements(1).map((x) => x).setParallelism('2' as never)",
      /^fts: job\.ts:3:35: setParallelism got the text "2", expected a whole number of at least 1\n/,
    ],
    [
      'a fixed parallelism',
      'env.fromElements(1).setParallelism(2)',
      /^fts: job\.ts:3:21: the parallelism of "Collection Source" is 1 and cannot be 2: its elements are in one order\n {2}→ Call rebalance/,
    ],
    [
      'a wrong key',
      'env.fromElements({id: 1}).keyBy({} as never)',
      /^fts: job\.ts:3:27: keyBy got \[object Object\]; expected a function, a field name/,
    ],
    [
      'a wrong field',
      "env.fromElements({id: 1}).keyBy('id').sum(-1 as never)",
      /^fts: job\.ts:3:39: sum got -1, expected the name of a field/,
    ],
    [
      'an unknown option',
      "env.configure({'paralelism.default': 3})",
      /^fts: job\.ts:3:5: there is no option "paralelism\.default"\n {2}→ Did you mean "parallelism\.default"\?\n$/,
    ],
    [
      'a wrong duration',
      "env.setBufferTimeout('1 fortnight' as never)",
      /^fts: job\.ts:3:5: setBufferTimeout: "1 fortnight" is not a duration/,
    ],
    [
      'a forward between different parallelisms',
      `env.fromSequence(1, 2).map((x) => x).setParallelism(3).forward().map((x) => x).setParallelism(2).print()${EXECUTE}`,
      /^fts: job\.ts:4:11: forward needs the same parallelism at both ends, but "Map" has 3 and "Map" has 2\n/,
    ],
    [
      'the same uid twice',
      `env.fromElements(1).uid('a').map((x) => x).uid('a').print()${EXECUTE}`,
      /^fts: job\.ts:4:11: .*uid "a"/,
    ],
    [
      'a file that is not there',
      `env.readTextFile('nowhere.txt').print()${EXECUTE}`,
      /^fts: (job\.ts:4:\d+: )?cannot read nowhere\.txt: /,
    ],
    [
      'an exception of the program',
      "const settings = JSON.parse('{]')",
      /^fts: job\.ts:3:23: the program threw SyntaxError: /,
    ],
    [
      'a promise that nobody settles',
      'await new Promise(() => {})',
      /^fts: .*job\.ts waits for something that cannot come/,
    ],
  ])('%s', async (_, body, message) => {
    const {code, stderr} = await refusal(body)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('a syntax error, a name that fts does not have, a package that is not there', async () => {
    const syntax = await runProgramText(workspace, "const a = 'x\n")
    const name = await runProgramText(
      workspace,
      "import {StreamExecutionEnvironmet} from 'fts'\nconsole.log(StreamExecutionEnvironmet)\n",
    )
    const module = await runProgramText(workspace, "import leftpad from 'left-padding'\nconsole.log(leftpad)\n")
    expect(syntax.stderr).toBe(
      "fts: job.ts:1:13: unterminated string literal\n  1 │ const a = 'x\n                  ^\n",
    )
    expect(name.stderr).toMatch(
      /^fts: job\.ts:1:9: there is no "StreamExecutionEnvironmet" in "fts"\n(.*\n){2} {2}→ Did you mean "StreamExecutionEnvironment"\?\n$/,
    )
    expect(module.stderr).toMatch(
      /^fts: job\.ts:1:21: cannot find the package "left-padding"\n(.*\n){2} {2}→ Install it where the program is: cd .* && npm install left-padding\n$/,
    )
    expect([syntax.code, name.code, module.code]).toEqual([2, 2, 2])
  })
})

describe('while it runs', () => {
  it('a function that throws: its line in the program, the record, the operator, the subtask', async () => {
    const {stderr, code} = await refusal(`
env.fromElements({id: 1}, {id: 2}).map((r) => {
  if (r.id === 2) throw new RangeError('two is too many')
  return r
}).name('checks').sinkTo(() => {})${EXECUTE}`)
    expect(stderr).toMatch(
      /^fts: job\.ts:5:25: operator "checks" \(subtask 1 of 1\): the function threw RangeError: two is too many for the record \{"id":2\}\n/,
    )
    expect(code).toBe(1)
  })

  it('an error inside of a module of the program is told with its own file', async () => {
    writeFileSync(
      workspace.path('rules.ts'),
      "export function check(n: number): number {\n  if (n > 1) throw new Error('too many')\n  return n\n}\n",
    )
    const end = await runProgramText(
      workspace,
      `import {check} from './rules.js'\n${withEnvironment(`env.fromElements(1, 2).map(check).sinkTo(() => {})${EXECUTE}`)}`,
    )
    expect(end.stderr).toMatch(
      /^fts: rules\.ts:2:20: operator "Map" \(subtask [12] of 2\): the function threw Error: too many for the record 2\n/,
    )
  })

  it.each([
    [
      'NaN as a key',
      `env.fromElements({a: 1}, {a: Number.NaN}).keyBy('a').count().rebalance().sinkTo(() => {})`,
      /^fts: operator "Keyed Aggregation": the key is NaN.*\{"a":NaN\}/,
    ],
    [
      'a field that is not there',
      `env.fromElements({a: 1}).keyBy('b' as never).count().sinkTo(() => {})`,
      /^fts: operator "Keyed Aggregation": the key is undefined.*\{"a":1\}/,
    ],
    [
      'a sum of texts',
      `env.fromElements([1, 2], [1, 'x']).keyBy(0).sum(1 as never).sinkTo(() => {})`,
      /sum\(1\) adds numbers, or bigints, but the field is 2 and "x" for the record \[1,"x"\]/,
    ],
    [
      'a timestamp that is a text',
      `env.fromElements({at: '12:00'}).assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<{at: string}>().withTimestampAssigner((r) => r.at as never)).sinkTo(() => {})`,
      /^fts: operator "Timestamps\/Watermarks" \(subtask 1 of 1\): the timestamp is "12:00", expected milliseconds since the epoch, for the record \{"at":"12:00"\}\n/,
    ],
    [
      'windows of event time without timestamps',
      `env.fromElements([1, 2]).keyBy(0).window(TumblingEventTimeWindows.of('1s')).sum(1).sinkTo(() => {})`,
      /^fts: operator "TumblingEventTimeWindows" \(subtask 1 of 1\): TumblingEventTimeWindows works in event time, but a record has no timestamp \(the record \[1,2\]\)\n {2}→ Did you forget/,
    ],
    [
      'elements by chance',
      'env.fromElements(Math.random()).print()',
      /^fts: the elements of fromElements or fromCollection are not the same in a slot/,
    ],
    [
      'operators that a slot does not build',
      "const {isMainThread} = await import('node:worker_threads')\nif (isMainThread) env.fromElements(2).print()\nenv.fromElements(1).print()",
      /^fts: (job\.ts:\d+:\d+: )?the program built another job in a slot than where it was started/,
    ],
    [
      'standard input read to build the job',
      "let text = ''\nfor await (const chunk of process.stdin) text += chunk\nenv.fromElements(text).print()",
      /^fts: job\.ts:4:\d+: .*job\.ts reads process\.stdin to build its job/,
    ],
    [
      'a socket that nobody listens at',
      "env.socketTextStream('localhost', 1, {maxRetry: 0}).print()",
      /^fts: cannot connect to localhost:1: nobody listens there \(1 attempt\)\n {2}→ Start the server first/,
    ],
  ])('%s', async (_, body, message) => {
    const {stderr, code} = await refusal(`${body}${EXECUTE}`, 'TumblingEventTimeWindows', 'WatermarkStrategy')
    expect(stderr).toMatch(message)
    expect(code).toBeGreaterThan(0)
  })

  it('a bad key, at a parallelism where it decides the subtask', async () => {
    const body = `env.fromElements({a: 1}, {a: undefined}).keyBy('a').count().sinkTo(() => {})${EXECUTE}`
    const end = await runProgramText(workspace, withEnvironment(body))
    expect(end.stderr).toMatch(
      /^fts: keyBy before "Keyed Aggregation": the key selector gave undefined.*; the record is \{"a":undefined\}\n/,
    )
    expect(end.code).toBe(2)
  })

  it.each([
    [
      'a function',
      '{f: () => 1}',
      /the output of make \(1\/1\): field "f" of a record is a function.*cannot be sent to another task/,
    ],
    [
      'a circle',
      '(() => { const a: any = {}; a.next = a; return a })()',
      /the output of make \(1\/1\): field "next.*" of a record is a reference back to a record that contains it/,
    ],
  ])('%s cannot be sent: the operator and the field are named', async (_, value, message) => {
    const {stderr, code} = await refusal(
      `env.fromElements(1).map((): unknown => (${value})).name('make').disableChaining().sinkTo(() => {})${EXECUTE}`,
    )
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('what a callback of the program throws while a job runs', async () => {
    const body = `setTimeout(() => { throw new Error('late') }, 10)\nenv.fromSequence(1, 1e12).filter((n) => n < 0).print()${EXECUTE}`
    const {code, stderr} = await refusal(body)
    expect([code, stderr]).toEqual([
      2,
      'fts: job.ts:3:26: the program threw Error: late\n  → Run it with --verbose for the stack.\n',
    ])
  })

  it('a socket that breaks, as opposed to one that closes', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.write('a line\n')
    })
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as {port: number}).port))
    })
    const body = `env.socketTextStream('127.0.0.1', ${port}).print()${EXECUTE}`
    const fts = startProgramText(workspace, withEnvironment(body), {flags: ['-p', '1']})
    await fts.until(({stdout}) => stdout === 'a line\n')
    for (const socket of sockets) socket.resetAndDestroy()
    const {stderr, code} = await fts.ended
    server.close()
    expect(stderr).toMatch(new RegExp(`^fts: the connection to 127\\.0\\.0\\.1:${port} broke: `))
    expect(code).toBe(1)
  })
})
