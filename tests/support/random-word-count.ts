import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:net'
import {gzipSync} from 'node:zlib'
import type {SeededRandom} from '../../src/platform/index.js'
import type {Workspace} from './fts.js'

/** A random `fts wordcount`: its arguments, where its text comes from, and the text as the oracle reads it. */
export interface RandomWordCount {
  readonly args: readonly string[]
  readonly stdin: Uint8Array | undefined
  /** Of each file or stream. Words never go from one to the next. */
  readonly texts: readonly Uint8Array[]
  readonly mode: 'batch' | 'streaming'
  readonly format: 'tsv' | 'csv' | 'json'
  readonly sort: 'count' | 'word' | 'none'
  readonly top: number | undefined
  /** Relative to the workspace; absent where the result goes to stdout. */
  readonly output: string | undefined
  /** Closes what serves the input. */
  close(): void
}

export interface RandomWordCountLimits {
  readonly bytesMax: number
  readonly inputs: readonly InputKind[]
  /** `spills` gives so little that a batch run spills; `scarce` also so little that a run may be refused. */
  readonly memory: 'enough' | 'spills' | 'scarce'
}

export type InputKind = 'file' | 'files' | 'folder' | 'gzip' | 'stdin' | 'socket'

/** Makes the input in the workspace, and a command that reads it with random options. */
export async function randomWordCount(
  workspace: Workspace,
  random: SeededRandom,
  limits: RandomWordCountLimits,
): Promise<RandomWordCount> {
  const kind = random.pick(limits.inputs)
  const texts = Array.from({length: kind === 'files' || kind === 'folder' ? random.int(1, 6) : 1}, () =>
    randomText(random, limits.bytesMax),
  )
  const input = await provide(kind, texts, workspace)
  const mode = random.chance(0.3) ? 'streaming' : 'batch'
  const format = random.pick(['tsv', 'tsv', 'csv', 'json'] as const)
  const sort = mode === 'streaming' ? 'none' : random.pick(['count', 'count', 'word', 'none'] as const)
  const top = mode === 'batch' && random.chance(0.25) ? random.int(1, 50) : undefined
  const output = random.chance(0.5) ? 'out.txt' : undefined
  const args = [
    'wordcount',
    ...input.args,
    ...['--mode', mode, '--format', format],
    ...(mode === 'batch' ? ['--sort', sort] : []),
    ...(top === undefined ? [] : ['--top', String(top)]),
    ...(output === undefined ? [] : ['-o', output]),
    ...randomPlaces(random),
    ...randomSettings(random, mode === 'batch' || limits.memory === 'scarce' ? limits.memory : 'enough').flatMap(
      (setting) => ['-D', setting],
    ),
  ]
  return {args, stdin: input.stdin, texts, mode, format, sort, top, output, close: input.close}
}

function randomPlaces(random: SeededRandom): string[] {
  const parallelism = random.int(1, 8)
  const numTaskManagers = random.pick([1, 1, 2, 3])
  const slots = random.chance(0.2) ? ['--slots', String(random.int(parallelism, parallelism + 2))] : []
  const sharing = parallelism <= 3 && random.chance(0.2) ? ['--no-slot-sharing'] : slots
  return ['-p', String(parallelism), '--num-taskmanagers', String(numTaskManagers), ...sharing]
}

/** Small memory spills, small segments make many messages, small splits and blocks cut everywhere. */
function randomSettings(random: SeededRandom, memory: RandomWordCountLimits['memory']): string[] {
  const settings: string[] = []
  const sometimes = (probability: number, setting: () => string) => {
    if (random.chance(probability)) settings.push(setting())
  }
  if (memory === 'spills') settings.push('taskmanager.memory.managed.fraction=0.02')
  if (memory === 'scarce') {
    sometimes(0.4, () => `taskmanager.memory.managed.fraction=${random.pick(['0.02', '0.01', '0.1'])}`)
    sometimes(0.2, () => 'taskmanager.memory.network.max=8m')
  }
  sometimes(0.3, () => `taskmanager.memory.segment-size=${random.pick(['4k', '8k', '16k'])}`)
  sometimes(0.4, () => 'source.file.split-size=64k')
  sometimes(0.3, () => `source.file.block-size=${random.pick(['4k', '5k', '64k'])}`)
  sometimes(0.3, () => `taskmanager.network.memory.buffers-per-channel=${random.int(1, 3)}`)
  sometimes(0.3, () => `taskmanager.network.memory.floating-buffers-per-gate=${random.int(0, 4)}`)
  sometimes(0.3, () => `taskmanager.network.memory.max-buffers-per-channel=${random.int(1, 4)}`)
  sometimes(0.3, () => `execution.buffer-timeout.interval=${random.pick(['0', '1ms', '50ms'])}`)
  sometimes(0.2, () => 'taskmanager.memory.manager=simple')
  return settings
}

interface ProvidedInput {
  readonly args: readonly string[]
  readonly stdin: Uint8Array | undefined
  close(): void
}

async function provide(kind: InputKind, texts: readonly Uint8Array[], workspace: Workspace): Promise<ProvidedInput> {
  const nothing = {stdin: undefined, close: () => {}}
  switch (kind) {
    case 'file':
      writeFileSync(workspace.path('in.txt'), texts[0])
      return {args: ['in.txt'], ...nothing}
    case 'files':
      for (const [i, text] of texts.entries()) writeFileSync(workspace.path(`in ${i}.txt`), text)
      return {args: texts.map((_, i) => `in ${i}.txt`), ...nothing}
    case 'folder':
      mkdirSync(workspace.path('in/deep'), {recursive: true})
      for (const [i, text] of texts.entries())
        writeFileSync(workspace.path(i % 2 === 0 ? `in/${i}` : `in/deep/${i}`), text)
      return {args: ['in'], ...nothing}
    case 'gzip':
      writeFileSync(workspace.path('in.gz'), gzipSync(texts[0]))
      return {args: ['in.gz'], ...nothing}
    case 'stdin':
      return {args: ['-'], stdin: texts[0], close: () => {}}
    case 'socket':
      return serve(texts[0])
  }
}

function serve(text: Uint8Array): Promise<ProvidedInput> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(text)
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address() as {readonly port: number}
      resolve({
        args: ['--socket', `127.0.0.1:${address.port}`],
        stdin: undefined,
        close: () => server.close(),
      })
    })
  })
}

const SPACES = [' ', ' ', ' ', ' ', '\n', '\n', '\r\n', '\t', '  ', '\u00a0', '\u3000', '\u2028', '\v', '\f', '\ufeff']
const ODD_WORDS = [
  'ΟΔΟΣ',
  'Σ',
  'İstanbul',
  'straße',
  'ÇA',
  'a\0b',
  '"q"',
  'a,b',
  "'",
  '🙂',
  'e\u0301',
  'ﬁ',
  '\u0085',
  'ǅ',
]
const ODD_BYTES = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x99], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]

/** Words of a small or a large vocabulary, at times with odd characters, white space and bytes; at times nothing. */
export function randomText(random: SeededRandom, bytesMax: number): Uint8Array {
  const byteCount = random.chance(0.1) ? random.int(0, 20) : Math.floor(bytesMax * random.next() ** 2)
  const vocabulary = random.pick([5, 1000, 1_000_000])
  const oddity = random.pick([0, 0, 0.05])
  const brokenness = random.pick([0, 0, 0.01])
  const pieces: Uint8Array[] = []
  const encoder = new TextEncoder()
  for (let bytes = 0; bytes < byteCount; ) {
    const piece = random.chance(brokenness)
      ? Uint8Array.from(random.pick(ODD_BYTES))
      : encoder.encode(randomWord(random, {vocabulary, oddity}) + randomSpace(random, oddity))
    pieces.push(piece)
    bytes += piece.length
  }
  return Buffer.concat(pieces)
}

function randomWord(random: SeededRandom, of: {readonly vocabulary: number; readonly oddity: number}): string {
  if (random.chance(of.oddity)) return random.pick(ODD_WORDS)
  const word = `w${random.int(0, of.vocabulary).toString(36)}`
  return random.chance(0.1) ? word.toUpperCase() : word
}

function randomSpace(random: SeededRandom, oddity: number): string {
  return oddity > 0 ? random.pick(SPACES) : random.chance(0.1) ? '\n' : ' '
}

/** What is wrong with a result, or undefined if it is right. */
export function whatIsWrong(run: RandomWordCount, result: string): string | undefined {
  const expected = countsOf(run.texts)
  const rows = rowsOf(result, run.format)
  if (run.mode === 'streaming') return wrongRunningCounts(rows, expected)
  const wanted = sorted([...expected], run.sort)
  if (run.sort !== 'none') return firstDifference(rows, run.top === undefined ? wanted : wanted.slice(0, run.top))
  if (run.top === undefined) return firstDifference(sorted(rows, 'word'), sorted([...expected], 'word'))
  const some =
    rows.length === Math.min(run.top, expected.size) && new Set(rows.map(([word]) => word)).size === rows.length
  return some && rows.every(([word, count]) => expected.get(word) === count) ? undefined : 'not the first few of all'
}

type Row = readonly [word: string, count: number]

function countsOf(texts: readonly Uint8Array[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const word of new TextDecoder().decode(text).toLowerCase().split(/\s+/))
      if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

function rowsOf(result: string, format: RandomWordCount['format']): Row[] {
  const lines = result.split('\n')
  if (lines.pop() !== '') return [['the result does not end with a line end', -1]]
  if (format === 'csv' && lines.shift() !== 'word,count') return [['there is no header', -1]]
  return lines.map((line) => rowOf(line, format))
}

function rowOf(line: string, format: RandomWordCount['format']): Row {
  if (format === 'json') {
    const {word, count} = JSON.parse(line)
    return [word, count]
  }
  const at = line.lastIndexOf(format === 'csv' ? ',' : '\t')
  const word = line.slice(0, at)
  const isQuoted = format === 'csv' && word.startsWith('"')
  return [isQuoted ? word.slice(1, -1).replaceAll('""', '"') : word, Number(line.slice(at + 1))]
}

function sorted(rows: readonly Row[], sort: RandomWordCount['sort']): Row[] {
  const keyed = rows.map((row) => ({row, bytes: Buffer.from(row[0])}))
  if (sort === 'count') keyed.sort((a, b) => b.row[1] - a.row[1] || Buffer.compare(a.bytes, b.bytes))
  else keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  return keyed.map(({row}) => row)
}

function firstDifference(actual: readonly Row[], expected: readonly Row[]): string | undefined {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const [is, shall] = [actual[i], expected[i]]
    if (is?.[0] !== shall?.[0] || is?.[1] !== shall?.[1])
      return `row ${i} of ${actual.length} is ${JSON.stringify(is)}, not ${JSON.stringify(shall)} (of ${expected.length})`
  }
  return undefined
}

/** Each word's counts go 1, 2, 3 … up to its number. */
function wrongRunningCounts(rows: readonly Row[], expected: ReadonlyMap<string, number>): string | undefined {
  const seen = new Map<string, number>()
  for (const [word, count] of rows) {
    const before = seen.get(word) ?? 0
    if (count !== before + 1) return `${JSON.stringify(word)} went from ${before} to ${count}`
    seen.set(word, count)
  }
  return firstDifference(sorted([...seen], 'word'), sorted([...expected], 'word'))
}

/** The result of a run that ended with 0: what it printed, or its file. */
export function resultOf(run: RandomWordCount, workspace: Workspace, stdout: string): string {
  return run.output === undefined ? stdout : readFileSync(workspace.path(run.output), 'utf8')
}
