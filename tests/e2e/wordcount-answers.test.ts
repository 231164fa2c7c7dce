// Goal: the right words, whatever the input, the parallelism and the format.
// Method: the built command against the classic word count in plain JavaScript.

import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import type {AddressInfo} from 'node:net'
import {createServer, type Server, type Socket} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'
import {asTsv, countWords} from '../support/word-count-oracle.js'

const RIVER = `${ROOT}/fixtures/texts/river.txt`
const WEATHER = `${ROOT}/fixtures/texts/weather-words.txt`
const river = readFileSync(RIVER, 'utf8')
const weather = readFileSync(WEATHER, 'utf8')

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

async function answer(args: readonly string[], stdin?: string | Uint8Array): Promise<string> {
  const end = await runFts(workspace, ['wordcount', ...args], stdin === undefined ? {} : {stdin})
  expect(end.code, end.stderr).toBe(0)
  return end.stdout
}

describe('input', () => {
  it('a file', async () => {
    expect(await answer([RIVER])).toBe(asTsv(countWords(river)))
  })

  it('several files', async () => {
    expect(await answer([RIVER, WEATHER])).toBe(asTsv(countWords(`${river}\n${weather}`)))
  })

  it('a folder, a pattern and compressed files', async () => {
    mkdirSync(workspace.path('texts/deep'), {recursive: true})
    writeFileSync(workspace.path('texts/a.txt'), river)
    writeFileSync(workspace.path('texts/deep/b.txt.gz'), gzipSync(weather))
    const both = asTsv(countWords(`${river}\n${weather}`))
    expect(await answer(['texts'])).toBe(both)
    expect(await answer(['texts/**/*.t*'])).toBe(both)
    expect(await answer(['texts/*.txt'])).toBe(asTsv(countWords(river)))
  })

  it('pipes named on the command line', async () => {
    const shell = `mkfifo in && { echo three two > in & exec "$@" <(printf 'one two ') <(printf two; echo) in; }`
    expect(await runFts(workspace, ['wordcount'], {shell})).toMatchObject({
      code: 0,
      stdout: 'two\t3\none\t1\nthree\t1\n',
    })
  })

  it('standard input, asked for or not', async () => {
    expect(await answer([], river)).toBe(asTsv(countWords(river)))
    expect(await answer(['-'], weather)).toBe(asTsv(countWords(weather)))
  })

  it('a socket', async () => {
    const server = await serve((socket) => socket.end(weather))
    const {port} = server.address() as AddressInfo
    expect(await answer(['--socket', `127.0.0.1:${port}`])).toBe(asTsv(countWords(weather)))
    server.close()
  })

  it.each([
    ['nothing', ''],
    ['white space only', ' \n\t\r\n  '],
    ['no final newline', 'one two two'],
    ['CRLF', 'one\r\ntwo\r\ntwo\r\n'],
    ['a byte order mark', '\ufeffone two'],
    ['NUL bytes', 'a\0b a\0b c'],
  ])('%s', async (_, text) => {
    expect(await answer(['-'], text)).toBe(asTsv(countWords(text)))
  })

  it('invalid UTF-8 is replaced as in a browser and mentioned once', async () => {
    const bytes = Buffer.concat([Buffer.from('a '), Buffer.from([0xff, 0xc3]), Buffer.from(' b\n')])
    const end = await runFts(workspace, ['wordcount', '-'], {stdin: bytes})
    expect([end.code, end.stdout]).toEqual([0, asTsv(countWords(new TextDecoder().decode(bytes)))])
    expect(end.stderr.match(/UTF-8/g)).toHaveLength(1)
  })
})

describe('parallelism', () => {
  const text = `${river}\n${weather}`.repeat(40)

  it.each([['1'], ['2'], ['3'], ['8']])('%s gives the same bytes', async (parallelism) => {
    writeFileSync(workspace.path('big.txt'), text)
    expect(await answer(['big.txt', '-p', parallelism, '-D', 'source.file.split-size=64k'])).toBe(
      asTsv(countWords(text)),
    )
  })

  it.each([['1'], ['2'], ['3']])(
    '%s gives the same bytes of so many words that they are shuffled by key group',
    async (parallelism) => {
      // Each word three times, one after the other: a table whose words do not come again is flushed before it is large.
      const words = Array.from({length: 360_000}, (_, i) => `${i % 2 === 0 ? 'Wort' : 'größe'}${Math.floor(i / 6)}`)
      const many = words.map((word, i) => word + (i % 9 === 0 ? '\n' : ' ')).join('')
      writeFileSync(workspace.path('many.txt'), many)
      expect(await answer(['many.txt', '-p', parallelism, '-D', 'source.file.split-size=64k'])).toBe(
        asTsv(countWords(many)),
      )
    },
  )

  it('over several TaskManagers, and without slot sharing', async () => {
    writeFileSync(workspace.path('big.txt'), text)
    const expected = asTsv(countWords(text))
    expect(await answer(['big.txt', '-p', '2', '--num-taskmanagers', '2'])).toBe(expected)
    expect(await answer(['big.txt', '-p', '2', '--no-slot-sharing'])).toBe(expected)
  })
})

describe('output', () => {
  const rows = countWords(weather)

  it('CSV', async () => {
    writeFileSync(workspace.path('quotes.txt'), 'a "b" c,d a')
    expect(await answer(['quotes.txt', '--format', 'csv'])).toBe('word,count\na,2\n"""b""",1\n"c,d",1\n')
  })

  it('JSON, an object a line', async () => {
    const lines = (await answer([WEATHER, '--format', 'json'])).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows.map(([word, count]) => ({word, count})))
  })

  it('by word', async () => {
    const byWord = [...rows].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(await answer([WEATHER, '--sort', 'word'])).toBe(asTsv(byWord))
  })

  it('in any order', async () => {
    const lines = (await answer([WEATHER, '--sort', 'none'])).trimEnd().split('\n')
    expect(lines.sort()).toEqual(asTsv(rows).trimEnd().split('\n').sort())
  })

  it('the first few', async () => {
    expect(await answer([RIVER, '--top', '3'])).toBe(asTsv(countWords(river).slice(0, 3)))
  })

  it('into a file, which is there when it is whole', async () => {
    expect(await answer([RIVER, '-o', 'out.tsv'])).toBe('')
    expect(readFileSync(workspace.path('out.tsv'), 'utf8')).toBe(asTsv(countWords(river)))
    expect(existsSync(workspace.path('out.tsv'))).toBe(true)
  })

  it('running counts in streaming mode', async () => {
    expect(await answer(['--mode', 'streaming', '-p', '1', '-'], 'b a b\nb\n')).toBe('b\t1\na\t1\nb\t2\nb\t3\n')
  })
})

function serve(connected: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(connected)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
