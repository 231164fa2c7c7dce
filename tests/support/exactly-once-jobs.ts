import type {SeededRandom} from '../../src/platform/index.js'

/** A job for the exactly-once tests: a program over lines of text, and what it must write for them (in any order). */
export interface ExactlyOnceJob {
  readonly name: string
  /** After `lines`, a stream of `{at, words}`; ends in a stream of texts. */
  readonly pipeline: string
  expected(lines: readonly Line[]): string[]
}

/** A line of input: its time, which never goes back, and words. */
export interface Line {
  readonly at: number
  readonly words: readonly string[]
}

const WINDOW_MS = 50
const windowOf = ({at}: Line) => Math.floor(at / WINDOW_MS)

export const EXACTLY_ONCE_JOBS: readonly ExactlyOnceJob[] = [
  {
    name: 'running word counts',
    pipeline: `lines.flatMap<[string, number]>((line, out) => { for (const word of line.words) out.collect([word, 1]) })
      .keyBy(0).sum(1).map(([word, count]) => word + ' ' + count)`,
    expected: (lines) => {
      const counts = new Map<string, number>()
      return lines.flatMap(({words}) =>
        words.map((word) => {
          counts.set(word, (counts.get(word) ?? 0) + 1)
          return `${word} ${counts.get(word)}`
        }),
      )
    },
  },
  {
    name: 'windowed counts',
    pipeline: `lines.flatMap<[string, number]>((line, out) => { for (const word of line.words) out.collect([word, 1]) })
      .keyBy(0).window(TumblingEventTimeWindows.of('${WINDOW_MS}ms')).sum(1).map(([word, count]) => word + ' ' + count)`,
    expected: (lines) => {
      const counts = new Map<string, number>()
      for (const line of lines)
        for (const word of line.words) {
          const key = `${windowOf(line)} ${word}`
          counts.set(key, (counts.get(key) ?? 0) + 1)
        }
      return [...counts].map(([key, count]) => `${key.split(' ')[1]} ${count}`)
    },
  },
  {
    name: 'a join',
    pipeline: `lines.filter((line) => line.at % 2 === 0).join(lines.filter((line) => line.at % 2 === 1))
      .where((line) => line.words[0]).equalTo((line) => line.words[0]).window(TumblingEventTimeWindows.of('${WINDOW_MS}ms'))
      .apply((left, right) => left.at + ' ' + right.at)`,
    expected: (lines) => {
      const right = lines.filter(({at}) => at % 2 === 1)
      const meets = (a: Line, b: Line) => windowOf(a) === windowOf(b) && a.words[0] === b.words[0]
      return lines
        .filter(({at}) => at % 2 === 0)
        .flatMap((one) => right.filter((other) => meets(one, other)).map(({at}) => `${one.at} ${at}`))
    },
  },
]

/** The whole program; arguments: input ('-' is standard input, a number a port of this host, with its delimiter behind it, or `+` before it to listen) and output ('-' is standard output). */
export function exactlyOnceProgram(pipeline: string): string {
  return `import {StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy} from 'fts'
void TumblingEventTimeWindows
const [input, output] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
interface Line { at: number; words: string[] }
const [, listen, port, delimiter] = /^([+]?)(\\d+)(.*)$/.exec(input) ?? []
const text = input === '-' ? env.fromStdin()
  : port !== undefined ? env.socketTextStream('localhost', Number(port), {listen: listen === '+', delimiter: delimiter || '\\n'})
  : env.readTextFile(input)
const lines = text
  .map((line): Line => { const [at, ...words] = line.split(' '); return {at: Number(at), words} })
  .setParallelism(1)
  .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<Line>().withTimestampAssigner((line) => line.at))
  .setParallelism(1)
const out = ${pipeline}
if (output === '-') out.print().setParallelism(1)
else out.writeAsText(output)
await env.execute()
`
}

export function randomLines(random: SeededRandom, count: number): Line[] {
  const word = () => `w${Math.floor(random.next() * 40)}`
  return Array.from({length: count}, (_, at) => ({at, words: [word(), word(), word()]}))
}

export function textOf(lines: readonly Line[]): string {
  return lines.map(({at, words}) => `${at} ${words.join(' ')}\n`).join('')
}
