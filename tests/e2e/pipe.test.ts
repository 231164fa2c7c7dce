/**
 * Goal    `fts pipe` does at a shell what it promises: the classics, each form of output, answers while the pipe is open, polite ends, errors with
 *         their place.
 * Method  bin/run.js with real files and pipes in a folder of the test's own; results are compared whole; a pipe that stays open is written to step
 *         by step, each step after the answer to the last.
 */
import {mkdirSync, writeFileSync} from 'node:fs'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Fts, runFts, Workspace} from '../support/fts.js'

const workspace = new Workspace()
afterAll(() => workspace.remove())

const SALES = `country,city,amount,day
DE,Berlin,10.5,2026-01-01
FR,Paris,7,2026-01-01
DE,Bonn,2,2026-01-02
FR,"Le Mans, Sud",3,2026-01-03
`
const ACCESS = [
  [10, '/a', 200],
  [20, '/a', 503],
  [30, '/b', 500],
  [50, '/a', 502],
  [70, '/a', 500],
]
  .map(([second, path, status]) => {
    const at = `21/Nov/2026:10:0${Math.floor(Number(second) / 60)}:${String(Number(second) % 60).padStart(2, '0')} +0000`
    return `10.0.0.1 - - [${at}] "GET ${path} HTTP/1.1" ${status} 12 "-" "curl/8"\n`
  })
  .join('')

beforeAll(() => {
  writeFileSync(workspace.path('sales.csv'), SALES)
  writeFileSync(workspace.path('access.log'), ACCESS)
  writeFileSync(workspace.path('events.jsonl'), '{"kind":"a","n":1}\n{"kind":"b","n":5}\n{"kind":"a","n":7}\n')
  mkdirSync(workspace.path('parts'))
  writeFileSync(workspace.path('parts/1.txt'), 'to be\n')
  writeFileSync(workspace.path('parts/2.txt.gz'), gzipSync('or not to be\n'))
})

const pipe = (args: readonly string[], stdin = '') => runFts(workspace, ['pipe', ...args], {stdin})
const ok = (stdout: string) => ({code: 0, signal: null, stdout, stderr: ''})

describe('classics', () => {
  it('counts words in a line', async () => {
    const end = await pipe(['lines().flatMap(words).keyBy(w => w).count()'], 'to be or not to be\n')
    expect(end).toEqual(ok('to\t2\nbe\t2\nor\t1\nnot\t1\n'))
  })

  it('shows the errors of an access log by minute, in event time and by the clock', async () => {
    const errors = 'lines().map(parseCombinedLog).filter(r => r.status >= 500)'
    const byTime = `${errors}.eventTime(r => r.time).keyBy(r => r.path).window(tumbling("1m")).count()`
    const end = await pipe([byTime, 'access.log'])
    expect(end).toMatchObject({code: 0, stderr: ''})
    const [first, second, third] = end.stdout.trim().split('\n')
    expect([[first, second].sort(), third]).toEqual([['/a\t2', '/b\t1'], '/a\t1'])
    // By the clock all are in one window, or in two if the minute turns meanwhile: the sum is the same.
    const byClock = await pipe([`${errors}.keyBy(r => r.path).window(tumbling("1m")).count()`], ACCESS)
    const counts = new Map<string, number>()
    for (const line of byClock.stdout.trim().split('\n')) {
      const [path, count] = line.split('\t')
      counts.set(path, (counts.get(path) ?? 0) + Number(count))
    }
    expect(Object.fromEntries(counts)).toEqual({'/a': 3, '/b': 1})
  })

  it('sums groups of CSV', async () => {
    const args = ['csv().keyBy("country").sum("amount")', '--csv', '--columns', 'country,amount', 'sales.csv']
    expect(await pipe(args)).toEqual(ok('country,amount\nDE,12.5\nFR,10\n'))
  })

  it('filters JSON', async () => {
    expect(await pipe(['json().filter(e => e.n > 3)', '--json', 'events.jsonl'])).toEqual(
      ok('{"kind":"b","n":5}\n{"kind":"a","n":7}\n'),
    )
  })

  it('finds the greatest, sorts, samples, and leaves out what was there', async () => {
    const stdin = 'b\na\nc\na\nb\na\n'
    expect(await pipe(['lines().keyBy(l => l).count().top(2)'], stdin)).toEqual(ok('a\t3\nb\t2\n'))
    expect(await pipe(['lines().uniq()'], stdin)).toEqual(ok('b\na\nc\n'))
    expect(await pipe(['csv().sort("amount", "descending").map(r => r.city)', 'sales.csv'])).toEqual(
      ok('Berlin\nParis\nLe Mans, Sud\nBonn\n'),
    )
    expect(await pipe(['lines().sample(2)'], 'x\nx\nx\n')).toEqual(ok('x\nx\n'))
  })

  it('reads folders, patterns, gzip, and more than one source', async () => {
    expect(await pipe(['lines()', 'parts'])).toEqual(ok('to be\nor not to be\n'))
    expect(await pipe(['lines()', 'parts/*.gz'])).toEqual(ok('or not to be\n'))
    const joined = 'lines().union(csv("sales.csv").map(r => r.city)).filter(l => l.startsWith("B")).sort()'
    expect(await pipe([joined], 'Bern\nRom\n')).toEqual(ok('Berlin\nBern\nBonn\n'))
  })

  it('cuts text at any delimiter, or takes it whole', async () => {
    expect(await pipe(['text("\\0")', '--json'], 'a\0b\nc\0')).toEqual(ok('"a"\n"b\\nc"\n'))
    expect(await pipe(['text("\\n\\n").map(p => p.length)'], 'one\ntwo\n\nthree')).toEqual(ok('7\n5\n'))
    expect(await pipe(['text()', '--json'], 'a\nb\n')).toEqual(ok('"a\\nb\\n"\n'))
  })

  it('gives the same with several subtasks', async () => {
    const args = ['lines().flatMap(words).keyBy(w => w).count().sort(0)', '-p', '3', 'parts']
    expect(await pipe(args)).toEqual(ok('be\t2\nnot\t1\nor\t1\nto\t2\n'))
  })
})

describe('forms of output', () => {
  it.each([
    [
      ['--table'],
      'country  city          amount  day\n───────  ────────────  ──────  ──────────\nFR       Paris              7  2026-01-01\nFR       Le Mans, Sud       3  2026-01-03\n',
    ],
    [['--csv'], 'country,city,amount,day\nFR,Paris,7,2026-01-01\nFR,"Le Mans, Sud",3,2026-01-03\n'],
    [['--json', '--columns', 'city,amount'], '{"city":"Paris","amount":7}\n{"city":"Le Mans, Sud","amount":3}\n'],
    [
      [],
      '{"country":"FR","city":"Paris","amount":7,"day":"2026-01-01"}\n{"country":"FR","city":"Le Mans, Sud","amount":3,"day":"2026-01-03"}\n',
    ],
  ])('%j', async (flags, stdout) => {
    expect(await pipe(['csv().filter(r => r.country === "FR")', ...flags, 'sales.csv'])).toEqual(ok(stdout))
  })

  it('names the fields of tuples', async () => {
    const args = ['lines().flatMap(words).keyBy(w => w).count()', '--table', '--columns', 'word,n']
    expect(await pipe(args, 'a b a\n')).toEqual(ok('word  n\n────  ─\na     2\nb     1\n'))
  })

  it('tells on request what it took', async () => {
    const end = await pipe(['lines()', '--stats'], 'a\n')
    expect(end).toMatchObject({code: 0, stdout: 'a\n', stderr: expect.stringMatching(/^FINISHED in .*1 record/)})
  })
})

describe('a pipe that stays open', () => {
  it('is answered at once, and its running results when it is quiet', async () => {
    const fts = new Fts(workspace, ['pipe', 'lines().keyBy(l => l).count()'])
    fts.process.stdin.write('a\nb\na\n')
    await fts.until(({stdout}) => stdout === 'a\t2\nb\t1\n')
    fts.process.stdin.write('b\n')
    await fts.until(({stdout}) => stdout === 'a\t2\nb\t1\nb\t2\n')
    fts.process.stdin.end('a\n')
    expect(await fts.ended).toEqual(ok('a\t2\nb\t1\nb\t2\na\t3\n'))
  })

  it('gives CSV its types by what is there', async () => {
    const fts = new Fts(workspace, ['pipe', 'csv().map(r => r.n + 1)'])
    fts.process.stdin.write('n,s\n1,x\n')
    await fts.until(({stdout}) => stdout === '2\n')
    fts.process.stdin.end('41,y\n')
    expect(await fts.ended).toEqual(ok('2\n42\n'))
  })

  it('gives each change on request, and nothing before the end on request', async () => {
    const each = await pipe(['lines().keyBy(l => l).count()', '--updates', 'each'], 'a\na\n')
    expect(each).toEqual(ok('a\t1\na\t2\n'))
    const fts = new Fts(workspace, [
      'pipe',
      '--updates',
      'end',
      'lines().map(l => (console.error(l), l)).keyBy(l => l).count()',
    ])
    fts.process.stdin.write('a\n')
    await fts.until(({stderr}) => stderr.includes('a\n'))
    expect(fts.stdout).toBe('')
    fts.process.stdin.end('a\n')
    expect(await fts.ended).toMatchObject({code: 0, stdout: 'a\t2\n'})
  })

  it('ends when it has enough, although the pipe stays open', async () => {
    const fts = new Fts(workspace, ['pipe', 'lines().keyBy(l => l).count().head(1)'])
    fts.process.stdin.write('a\n')
    expect(await fts.ended).toEqual(ok('a\t1\n'))
  })

  it('ends its upstream, and ends with its downstream, quietly', async () => {
    const codes = `; echo "$${'{PIPESTATUS[@]}'}"`
    const shell = `yes hello | "$@"${codes}`
    expect(await runFts(workspace, ['pipe', 'lines().head(2)'], {shell})).toEqual(ok('hello\nhello\n141 0\n'))
    const downstream = `yes hello | "$@" | head -2${codes}`
    expect(await runFts(workspace, ['pipe', 'lines()'], {shell: downstream})).toEqual(ok('hello\nhello\n141 0 0\n'))
    expect(workspace.leftovers()).toEqual([])
  })
})

describe('errors', () => {
  const at = (expression: string, place: string) => `  ${expression}\n  ${' '.repeat(expression.indexOf(place))}^\n`

  it.each([
    ['lines().fliter(l => l)', 'fliter', 'a stream has no method "fliter"', 'Did you mean "filter"?'],
    ['lines().count()', 'count', 'a stream has no method "count"', 'There is count() after .keyBy(…).'],
    ['lines().map(parseCombinedLgo)', 'parseC', 'there is no "parseCombinedLgo"', 'Did you mean "parseCombinedLog"?'],
    ['lines().filter("x")', 'filter', 'filter got "x", expected a function, or an object with filter()', undefined],
    [
      'lines().keyBy(l => l).window(tumbling("1q")).count()',
      'tumbling',
      'the size of TumblingProcessingTimeWindows: "1q" is not a duration of whole milliseconds, 0 or more',
      undefined,
    ],
    ['lines().top(1.5)', 'top', 'top got 1.5, expected a whole number of at least 1', undefined],
    ['lines().map(l => l + )', ')', 'unexpected ")"', undefined],
    ['lines().map(l => l))', undefined, 'there is a ")" too many', undefined],
    ['lines().map(l => l', undefined, 'the expression ends too early: something is missing', undefined],
  ])('%s', async (expression, place, message, tryThis) => {
    const {code, stdout, stderr} = await pipe([expression])
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    const caret = place === ')' ? expression.lastIndexOf(place) : undefined
    const excerpt =
      place === undefined || caret !== undefined
        ? `  ${expression}\n  ${' '.repeat(caret ?? expression.length)}^\n`
        : at(expression, place)
    expect(stderr.startsWith(`fts: ${message}\n${excerpt}`), stderr).toBe(true)
    if (tryThis !== undefined) expect(stderr).toContain(`  → ${tryThis}\n`)
  })

  it.each([
    ['lines', 'the expression gives a function, expected a stream', 'Call it: lines().'],
    ['1 + 1', 'the expression gives a number, expected a stream', 'Begin with lines()'],
    [
      'lines().keyBy(l => l).window(tumbling("1m"))',
      'the expression gives windows, expected a stream',
      'Say what they compute',
    ],
  ])('%s', async (expression, message, tryThis) => {
    const {code, stderr} = await pipe([expression])
    expect(code).toBe(2)
    expect(stderr).toContain(`fts: ${message}\n  → ${tryThis}`)
  })

  it('shows where a function threw, and for which record, also of TypeScript and in the second line', async () => {
    const {code, stderr} = await pipe(['lines()\n  .map((l: string) => l.a.b)'], 'one\n')
    expect(code).not.toBe(0)
    expect(stderr).toContain('Cannot read properties of undefined (reading \'b\') for the record "one"')
    expect(stderr).toMatch(/\n {4}\.map\(\(l: string\) => l\.a\.b\)\n {28}\^\n/)
  })

  it('names the line that is no log line, and goes on without it on request', async () => {
    const bad = await pipe(['lines().map(parseCombinedLog)'], 'what\n')
    expect(bad).toMatchObject({code: 2, stdout: ''})
    expect(bad.stderr).toContain('this is not a line of combined log format: "what"')
    const skipped = await pipe(['lines().flatMap(skipBad(parseCombinedLog)).map(r => r.path)'], `what\n${ACCESS}`)
    expect(skipped).toMatchObject({code: 0, stdout: '/a\n/a\n/b\n/a\n/a\n'})
    expect(skipped.stderr).toContain('lines skipped by skipBad: 1')
  })

  it('names what is wrong with a file, a value, a flag', async () => {
    expect(await pipe(['lines()', 'nowhere.txt'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere.txt'),
    })
    const fts = new Fts(workspace, ['pipe', 'csv().map(r => r.n)'])
    fts.process.stdin.write('n\n1\n')
    await fts.until(({stdout}) => stdout === '1\n')
    fts.process.stdin.end('x\n')
    expect(await fts.ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/standard input:3: .*"x" is not a whole number/),
    })
    expect(await pipe(['lines()', '--csv', '--json'])).toMatchObject({code: 2, stdout: ''})
    expect(await pipe([])).toMatchObject({code: 2, stderr: expect.stringContaining('which expression shall be run?')})
    expect(await pipe(['lines()', '--columns', 'a,a'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--columns "a,a"'),
    })
  })
})
