// Goal: programs run with `fts run` as their authors expect: the classic examples as they are written, arguments, entries, settings, type checks.
// Method: small programs are written into a folder and run through bin/run.js. Whole outputs are compared; where subtasks print side by side, as sets of lines.
import {writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, startProgramText, withEnvironment} from '../support/job-programs.js'

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('hamlet.txt'), 'To be, or not to be,\nthat is the question\n')
})

afterAll(() => {
  expect(workspace.leftovers()).toEqual([])
  expect(workspace.taskManagers()).toEqual([])
  workspace.remove()
})

/** Each word with its running count, as keyBy(0).sum(1) gives them. */
const RUNNING_COUNTS = [
  '(be,1)',
  '(be,2)',
  '(is,1)',
  '(not,1)',
  '(or,1)',
  '(question,1)',
  '(that,1)',
  '(the,1)',
  '(to,1)',
  '(to,2)',
]

const WORD_COUNT = `
import {Collector, FlatMapFunction, StreamExecutionEnvironment} from 'fts'

class Tokenizer implements FlatMapFunction<string, [string, number]> {
  flatMap(value: string, out: Collector<[string, number]>) {
    for (const token of value.toLowerCase().split(/\\W+/)) if (token.length > 0) out.collect([token, 1])
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.readTextFile(process.argv[2]!).flatMap(new Tokenizer()).keyBy(0).sum(1).print()
await env.execute('WordCount')
`

describe('the classic examples', () => {
  it('WordCount, with its types checked', async () => {
    const end = await runProgramText(workspace, WORD_COUNT, {flags: ['--check'], args: ['hamlet.txt']})
    expect(sortedLines(end.stdout)).toEqual(RUNNING_COUNTS)
    expect(end.code).toBe(0)
    expect(end.stderr).toMatch(/^FINISHED in /)
  })

  it('WordCount over a bounded input in batch mode gives one count a word', async () => {
    const end = await runProgramText(
      workspace,
      WORD_COUNT.replace('env.readTextFile', "env.setRuntimeMode('BATCH')\nenv.readTextFile"),
      {args: ['hamlet.txt']},
    )
    const counts = ['(be,2)', '(is,1)', '(not,1)', '(or,1)', '(question,1)', '(that,1)', '(the,1)', '(to,2)']
    expect(sortedLines(end.stdout)).toEqual(counts)
  })

  it('SocketWindowWordCount, from a server that sends two lines and closes', async () => {
    const server = createServer((socket) => socket.end('to be or not to be\nto be\n'))
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as {port: number}).port))
    })
    const end = await runProgramText(
      workspace,
      withEnvironment(
        `const text = env
          .socketTextStream('127.0.0.1', Number(process.argv[2]))
          .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<string>().withTimestampAssigner(() => 1000))
        const windowCounts = text
          .flatMap((line) => line.split(/\\s/).map((word) => ({word, count: 1})))
          .keyBy((value) => value.word)
          .window(TumblingEventTimeWindows.of('5s'))
          .reduce((a, b) => ({word: a.word, count: a.count + b.count}))
        windowCounts.print().setParallelism(1)
        await env.execute('Socket Window WordCount')`,
        'TumblingEventTimeWindows',
        'WatermarkStrategy',
      ),
      {args: [String(port)], flags: ['--check']},
    )
    server.close()
    const counts = [
      '{"word":"be","count":3}',
      '{"word":"not","count":1}',
      '{"word":"or","count":1}',
      '{"word":"to","count":3}',
    ]
    expect(sortedLines(end.stdout)).toEqual(counts)
    expect(end.code).toBe(0)
  })
})

describe('how a program is called', () => {
  it('prefixes lines with the number of the subtask only where there are several, and with a name', async () => {
    const program = withEnvironment("env.fromElements('a').print('out')\nawait env.execute()")
    const one = await runProgramText(workspace, program, {flags: ['-p', '1']})
    const two = await runProgramText(workspace, program)
    expect(one.stdout).toBe('out> a\n')
    expect(two.stdout).toMatch(/^out:[12]> a\n$/)
  })

  it('passes what is behind -- to the program, as process.argv', async () => {
    const end = await runProgramText(
      workspace,
      withEnvironment('env.fromElements(...process.argv.slice(2)).print()\nawait env.execute()'),
      {
        flags: ['-p', '1'],
        args: ['--input', 'x y', '-p', '7'],
      },
    )
    expect(end.stdout).toBe('--input\nx y\n-p\n7\n')
  })

  it('-c calls an exported function, and says which there are', async () => {
    const program = `
      import {StreamExecutionEnvironment} from 'fts'
      export async function daily(args: string[]) { await job('daily ' + args.join()) }
      export async function hourly() { await job('hourly') }
      function job(text: string) {
        const env = StreamExecutionEnvironment.getExecutionEnvironment()
        env.fromElements(text).print()
        return env.execute()
      }`
    const daily = await runProgramText(workspace, program, {flags: ['-p', '1', '-c', 'daily'], args: ['now']})
    const wrong = await runProgramText(workspace, program, {flags: ['-c', 'dayly']})
    expect(daily.stdout).toBe('daily now\n')
    expect(wrong.stderr).toContain('exports no function "dayly"\n  → It exports daily, hourly.\n')
    expect(wrong.code).toBe(2)
  })

  it('calls main where loading the program executes nothing, also if nobody waits for it', async () => {
    const body = `
      import {StreamExecutionEnvironment} from 'fts'
      async function main() {
        await new Promise((resolve) => setTimeout(resolve, 30))
        const env = StreamExecutionEnvironment.getExecutionEnvironment()
        env.fromElements('from main').print()
        await env.execute()
      }`
    const exported = await runProgramText(workspace, body.replace('async function', 'export async function'), {
      flags: ['-p', '1'],
    })
    const called = await runProgramText(workspace, `${body}\nmain()`, {flags: ['-p', '1']})
    expect([exported.stdout, called.stdout]).toEqual(['from main\n', 'from main\n'])
  })

  it('-D sets options, which the program may set otherwise', async () => {
    const program = withEnvironment(
      "env.configure({'pipeline.auto-watermark-interval': '50ms'})\nenv.fromElements(env.getParallelism()).print()\nawait env.execute()",
    )
    const end = await runProgramText(workspace, program, {
      flags: ['-p', '1', '-D', 'execution.buffer-timeout.interval=0'],
    })
    const wrong = await runProgramText(workspace, program, {flags: ['-D', 'execution.bufer-timeout=0']})
    expect(end.stdout).toBe('1\n')
    expect(wrong.stderr).toMatch(/^fts: .*execution\.bufer-timeout/)
    expect(wrong.code).toBe(2)
  })

  it('finds modules and files beside the program, whatever the working folder', async () => {
    writeFileSync(workspace.path('greeting.ts'), "export const greet = (name: string) => 'hello ' + name\n")
    writeFileSync(workspace.path('names.txt'), 'ann\n')
    const end = await runProgramText(
      workspace,
      `import {fileURLToPath} from 'node:url'
      import {greet} from './greeting.js'
      ${withEnvironment("env.readTextFile(fileURLToPath(new URL('names.txt', import.meta.url))).map(greet).print()\nawait env.execute()")}`,
      {flags: ['-p', '1'], shell: 'cd / && "$1" "$2" run "$OLDPWD/job.ts" -p 1'},
    )
    expect(end.stdout).toBe('hello ann\n')
  })

  it('--check refuses a program with type errors, and names the line', async () => {
    const program = withEnvironment('env.fromElements({id: 1}).map((r) => r.name).print()\nawait env.execute()')
    const checked = await runProgramText(workspace, program, {flags: ['--check']})
    const unchecked = await runProgramText(workspace, program, {flags: ['-p', '1']})
    expect(checked.stderr).toMatch(
      /job\.ts has a type error\n {2}job\.ts\(3,40\): error TS2339: Property 'name' does not exist/,
    )
    expect(checked.code).toBe(2)
    expect(unchecked.stdout).toBe('undefined\n')
  })
})

describe('endings', () => {
  const ENDLESS = withEnvironment('env.fromSequence(1, 1e12).print()\nawait env.execute()')

  it('`| head` ends the job quietly', async () => {
    const end = await runProgramText(workspace, ENDLESS, {
      flags: ['-p', '1'],
      shell: 'set -o pipefail; "$@" | head -n 2',
    })
    expect([end.stdout, end.stderr, end.code]).toEqual(['1\n2\n', '', 0])
  })

  it('Ctrl-C ends the job and the program', async () => {
    const fts = startProgramText(workspace, `${ENDLESS}\nconsole.log('it goes on')`, {flags: ['-p', '1']})
    await fts.until(({stdout}) => stdout.length > 1000)
    fts.process.kill('SIGINT')
    const end = await fts.ended
    expect(end.code).toBe(130)
    expect(end.stdout).not.toContain('it goes on')
    expect(end.stderr).toContain('CANCELED')
  })
})
