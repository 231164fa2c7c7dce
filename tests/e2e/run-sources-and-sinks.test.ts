// Goal: programs read what is in files, folders, growing files, standard input and sockets, and write files, sockets and what they like.
// Method: programs through bin/run.js with real files and connections; whole outputs.
import {appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {connect, createServer, type Socket} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, startProgramText, withEnvironment} from '../support/job-programs.js'

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('orders.csv'), ORDERS)
})

afterAll(() => {
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

const ORDERS = 'id,customer,price\n1,ann,2.5\n2,bob,none\n3,"ann",1\n4,eve\n5,eve,4\n'
const EXECUTE = '\nawait env.execute()'

function write(name: string, text: string | Uint8Array): string {
  const path = workspace.path(name)
  mkdirSync(path.slice(0, path.lastIndexOf('/')), {recursive: true})
  writeFileSync(path, text)
  return path
}

function read(name: string): string {
  return readFileSync(workspace.path(name), 'utf8')
}

describe('files', () => {
  it('CSV: fields by name and type, bad records in a side output with file, line and reason, counted', async () => {
    const end = await runProgramText(
      workspace,
      withEnvironment(
        `const orders = env.readCsv('orders.csv', {schema: {price: 'number'}, onError: 'sideOutput'})
        orders.getSideOutput(BAD_RECORDS).map((bad) => [bad.input, bad.line, bad.reason].join(' ')).print()
        orders.map((order) => order.customer + ' ' + order.price.toFixed(2)).print()${EXECUTE}`,
        'BAD_RECORDS',
      ),
      {flags: ['--check']},
    )
    expect(sortedLines(end.stdout)).toEqual([
      'ann 1.00',
      'ann 2.50',
      'eve 4.00',
      'orders.csv 3 field "price": "none" is not a number',
      'orders.csv 5 expected 3 fields, found 2',
    ])
    expect(end.stderr).toContain('orders.csv: id integer, customer string, price number\n')
    expect(end.stderr).toMatch(/bad records, wrong type \(orders\.csv:3: .*\): 1\n/)
  })

  it.each([
    [
      'fail',
      2,
      /^orders\.csv: .*\nfts: orders\.csv:3: field "price": "none" is not a number: 2,bob,none\n {2}→ Correct the record/,
    ],
    ['skip', 0, /bad records, wrong number of fields \(orders\.csv:5: expected 3 fields, found 2: 4,eve\): 1\n/],
  ])('CSV with onError: %s', async (onError, code, stderr) => {
    const program = withEnvironment(
      `env.readCsv('orders.csv', {schema: {price: 'number'}, onError: '${onError}'}).map((r) => r.id).print()${EXECUTE}`,
    )
    const end = await runProgramText(workspace, program, {flags: ['-p', '1']})
    expect(end.stderr).toMatch(stderr)
    expect(end.code).toBe(code)
    if (code === 0) expect(end.stdout).toBe('1\n3\n5\n')
  })

  it('names the line of a bad record in a file that is read in parallel', async () => {
    // 700,001 lines after the header, several splits.
    const rows = Array.from({length: 700_000}, (_, i) => `${i},${i % 7}`)
    write('large.csv', `id,n\n${rows.join('\n')}\nx\n`)
    const program = withEnvironment(`env.readCsv('large.csv').keyBy('n').sum('id').sinkTo(() => {})${EXECUTE}`)
    const end = await runProgramText(workspace, program)
    expect(end.stderr).toMatch(/\nfts: large\.csv:700002: expected 2 fields, found 1: x\n/)
  })

  it('JSON lines from folders below, patterns and compressed files', async () => {
    write('in/a.jsonl', '{"n":1}\n')
    write('in/below/b.jsonl', '{"n":2}\n\n{"n":3}\n')
    write('in/c.jsonl.gz', gzipSync('{"n":4}\n'))
    write('in/_hidden.jsonl', 'not json\n')
    const program = (paths: string) =>
      withEnvironment(`env.readJsonLines<{n: number}>(${paths}).map((r) => r.n).print()${EXECUTE}`)
    const folder = await runProgramText(workspace, program("'in'"))
    const pattern = await runProgramText(workspace, program("['in/[ab]*.jsonl', 'in/c.jsonl.gz']"))
    expect(sortedLines(folder.stdout)).toEqual(['1', '2', '3', '4'])
    expect(sortedLines(pattern.stdout)).toEqual(['1', '4'])
  })

  it('refuses unknown options and fields before it starts', async () => {
    const option = await runProgramText(
      workspace,
      withEnvironment(`env.readCsv('orders.csv', {delimeter: ';'} as never).print()${EXECUTE}`),
    )
    const field = await runProgramText(
      workspace,
      withEnvironment(`env.readCsv('orders.csv', {fields: ['prise']}).print()${EXECUTE}`),
    )
    expect(option.stderr).toMatch(
      /^fts: job\.ts:3:5: CSV option "delimeter": there is no such option; there are delimiter, /,
    )
    expect(field.stderr).toMatch(/^fts: .*"prise".*orders\.csv|^fts: .*"prise"/)
    expect([option.code, field.code]).toEqual([2, 2])
  })

  it('a folder that is watched, and a file that grows and is rotated', async () => {
    write('inbox/one.txt', 'first\n')
    write('app.log', 'early\n')
    const program = withEnvironment(
      `env.readTextFile('inbox', {monitor: '20ms'}).print('folder')
      env.tailFile('app.log', {pollInterval: '20ms', rotateWait: '50ms'}).print('tail')${EXECUTE}`,
    )
    const fts = startProgramText(workspace, program, {flags: ['-p', '1']})
    await fts.until(({stdout}) => stdout.includes('folder> first\n') && stdout.includes('tail> early\n'))
    write('inbox/two.txt', 'second\n')
    renameSync(workspace.path('app.log'), workspace.path('app.log.1'))
    appendFileSync(workspace.path('app.log.1'), 'to the old file\n')
    write('app.log', 'to the new file\n')
    await fts.until(({stdout}) => stdout.includes('folder> second\n') && stdout.includes('tail> to the new file\n'))
    fts.process.kill('SIGINT')
    expect(sortedLines((await fts.ended).stdout)).toEqual([
      'folder> first',
      'folder> second',
      'tail> early',
      'tail> to the new file',
      'tail> to the old file',
    ])
  })
})

describe('standard input and sockets', () => {
  it('CSV on standard input, as a pipe', async () => {
    const program = withEnvironment(
      `env.fromStdin(Formats.csv<{a: number; b: string}>()).map((r) => r.b + (r.a + 1)).print()${EXECUTE}`,
      'Formats',
    )
    const end = await runProgramText(workspace, program, {flags: ['-p', '1', '--check'], stdin: 'a,b\n1,x\n2,y\n'})
    expect(end.stdout).toBe('x2\ny3\n')
  })

  it('a server that is not there yet is tried again', async () => {
    const port = await freePort()
    const program = withEnvironment(
      `env.socketTextStream('127.0.0.1', ${port}, {maxRetry: -1, retryDelay: '20ms'}).print()${EXECUTE}`,
    )
    const fts = startProgramText(workspace, program, {flags: ['-p', '1', '--verbose']})
    await fts.until(({stderr}) => stderr.includes('RUNNING'))
    const server = createServer((socket) => socket.end('late\r\nbut there\r\n')).listen(port, '127.0.0.1')
    expect((await fts.ended).stdout).toBe('late\nbut there\n')
    server.close()
  })

  it('records that end with another delimiter', async () => {
    const {port, server} = await serve((socket) => socket.end('one;two\nlines;last'))
    const program = withEnvironment(
      `env.socketTextStream('127.0.0.1', ${port}, {delimiter: ';'}).map((r) => '[' + r + ']').print()${EXECUTE}`,
    )
    const end = await runProgramText(workspace, program, {flags: ['-p', '1']})
    server.close()
    expect(end.stdout).toBe('[one]\n[two\nlines]\n[last]\n')
  })

  it('listens for clients, whose lines do not mix, and says when it cannot', async () => {
    const port = await freePort()
    const program = withEnvironment(`env.socketTextStream('127.0.0.1', ${port}, {listen: true}).print()${EXECUTE}`)
    const fts = startProgramText(workspace, program, {flags: ['-p', '1']})
    const first = await connected(port)
    const second = await connected(port)
    first.write('half a ')
    second.end('whole\n')
    await fts.until(({stdout}) => stdout === 'whole\n')
    first.end('line')
    await fts.until(({stdout}) => stdout === 'whole\nhalf a line\n')
    const other = await runProgramText(workspace, program, {flags: ['-p', '1'], file: 'other.ts'})
    expect(other.stderr).toBe(
      `fts: cannot listen on 127.0.0.1:${port}: another program listens there\n  → Choose another port, or stop the program that has it.\n`,
    )
    fts.process.kill('SIGINT')
    await fts.ended
  })
})

describe("a program's own source and sink", () => {
  it('splits are read by the subtasks; writers are made, flushed and closed for each', async () => {
    const program = withEnvironment(`
      import type {Source} from 'fts'
      import {appendFileSync} from 'node:fs'
      const numbers: Source<number, [number, number]> = {
        splits: () => [[1, 3], [10, 12], [20, 20]],
        *read([from, to]) { for (let n = from; n <= to; n++) yield n },
      }
      const sum = {
        createWriter({subtaskIndex, parallelism}) {
          let sum = 0
          return {
            write(n: number) { sum += n },
            flush() { appendFileSync('sums.txt', sum + '\\n') },
            close() { appendFileSync('closed.txt', subtaskIndex + ' of ' + parallelism + '\\n') },
          }
        },
      }
      env.fromSource(numbers, 'numbers').rebalance().sinkTo(sum)${EXECUTE}`)
    const end = await runProgramText(workspace, program)
    expect(end.code).toBe(0)
    const sums = read('sums.txt').trim().split('\n').map(Number)
    expect(sums.reduce((a, b) => a + b)).toBe(1 + 2 + 3 + 10 + 11 + 12 + 20)
    expect(read('closed.txt').split('\n').sort()).toEqual(['', '0 of 2', '1 of 2'])
  })

  it('a sink that answers promises is waited for', async () => {
    const program = withEnvironment(`
      let running = 0
      env.fromSequence(1, 20).sinkTo(async (n: number) => {
        if (++running > 1) throw new Error('two at once')
        await new Promise((resolve) => setTimeout(resolve, 1))
        running -= 1
        if (n === 20) console.log('all written')
      })${EXECUTE}`)
    const end = await runProgramText(workspace, program, {flags: ['-p', '1']})
    expect(end.code).toBe(0)
    expect(end.stderr).toContain('all written\n')
  })
})

describe('output', () => {
  const RECORDS = `const records = env.fromElements({id: 1, text: 'a "b"'}, {id: 2, text: 'c,d'})`

  it('one file: text, CSV, JSON lines', async () => {
    const program = withEnvironment(`${RECORDS}
      records.map((r) => r.id).writeAsText('out.txt')
      records.writeAsCsv('out.csv')
      records.writeAsCsv('named.csv', {headers: ['text'], delimiter: ';'})
      records.writeAsJsonLines('out.jsonl')${EXECUTE}`)
    const end = await runProgramText(workspace, program, {flags: ['-p', '1', '--check']})
    expect(end.code).toBe(0)
    expect(read('out.txt')).toBe('1\n2\n')
    expect(read('out.csv')).toBe('id,text\n1,"a ""b"""\n2,"c,d"\n')
    expect(read('named.csv')).toBe('text\n"a ""b"""\nc,d\n')
    expect(read('out.jsonl')).toBe('{"id":1,"text":"a \\"b\\""}\n{"id":2,"text":"c,d"}\n')
  })

  it('a folder of files: buckets by record, names, hidden until their task has ended well', async () => {
    const sink = (format: string) =>
      `FileSink.forRowFormat('parts', ${format}, {buckets: (r: {id: number}) => 'id=' + r.id, prefix: 'p', suffix: '.txt'})`
    const good = await runProgramText(
      workspace,
      withEnvironment(`${RECORDS}\nrecords.sinkTo(${sink("'json'")})${EXECUTE}`, 'FileSink'),
      {flags: ['--check']},
    )
    expect(good.code).toBe(0)
    const files = ['id=1', 'id=2'].flatMap((bucket) =>
      readdirSync(workspace.path(`parts/${bucket}`)).map((name) => `${bucket}/${name}`),
    )
    expect(files.map((name) => name.replace(/-[0-9a-f-]{36}-/, '-ID-'))).toEqual(['id=1/p-ID-0.txt', 'id=2/p-ID-0.txt'])
    expect(read(`parts/${files[0]}`)).toBe('{"id":1,"text":"a \\"b\\""}\n')
    const failing = `${RECORDS}\nrecords.map((r) => { if (r.id === 2) throw new Error('no'); return r }).sinkTo(${sink("'csv'").replace('parts', 'failed')})${EXECUTE}`
    // In one task: of several, one may have ended well before another fails.
    const bad = await runProgramText(workspace, withEnvironment(failing, 'FileSink'), {flags: ['-p', '1']})
    expect(bad.code).toBe(1)
    expect(
      readdirSync(workspace.folder).includes('failed')
        ? readdirSync(workspace.path('failed'), {recursive: true}).filter((name) => String(name).includes('p-'))
        : [],
    ).toEqual([])
  })

  it('a server that takes lines', async () => {
    let received = ''
    const closed = deferred()
    const {port, server} = await serve((socket) => {
      socket.setEncoding('utf8').on('data', (text: string) => (received += text))
      socket.on('close', () => closed.resolve())
    })
    const program = withEnvironment(`env.fromElements('a', 'b').writeToSocket('127.0.0.1', ${port})${EXECUTE}`)
    const end = await runProgramText(workspace, program, {flags: ['-p', '1']})
    await closed.promise
    server.close()
    expect([received, end.code]).toEqual(['a\nb\n', 0])
  })
})

async function serve(onClient: (socket: Socket) => void) {
  const server = createServer(onClient)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {server, port: (server.address() as {port: number}).port}
}

async function freePort(): Promise<number> {
  const {server, port} = await serve(() => {})
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Connects as soon as somebody listens. */
async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return socket
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return {promise, resolve}
}
