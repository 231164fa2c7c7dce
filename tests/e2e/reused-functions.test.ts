// Goal: a restarted attempt in the same slot finds the program's function objects as the attempt before left them: they are opened anew and work
// again, and rolling files have each result once.
// Method: a program whose rich functions keep what `open` made and drop it in `close`, and which fails once in the middle; what it wrote, and how
// often each function object was opened and closed, is compared.
import {readdirSync, readFileSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText} from '../support/job-programs.js'

const PROGRAM = `import {appendFileSync, existsSync, readFileSync} from 'node:fs'
import {FileSink, RichMapFunction, StreamExecutionEnvironment} from 'fts'
class Stepper extends RichMapFunction<number, number> {
  private resource: {factor: number} | undefined
  private opens = 0
  override open(): void {
    if (this.resource !== undefined) throw new Error('opened twice without a close')
    this.resource = {factor: 10}
    this.opens += 1
    appendFileSync('calls', 'open ' + this.opens + '\\n')
  }
  override map(n: number): number {
    if (this.resource === undefined) throw new Error('used while closed')
    if (n === 40 && readFileSync('calls', 'utf8').split('open').length === 2) throw new Error('the first attempt ends here')
    return n * this.resource.factor
  }
  override close(): void {
    this.resource = undefined
    appendFileSync('calls', 'close\\n')
  }
}
const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.fromSequence(1, 100).map(new Stepper()).map((n) => String(n)).sinkTo(FileSink.forRowFormat('out', 'text', {buckets: 'none'}))
await env.execute()
`

let workspace: Workspace
beforeEach(() => {
  workspace = new Workspace()
})
afterEach(() => {
  workspace.remove()
})

it('opens the same function objects again, and writes each result once', async () => {
  const flags = [
    ...['-p', '1', '-D', 'execution.checkpointing.interval=50ms'],
    ...['-D', 'restart-strategy.type=fixed-delay', '-D', 'restart-strategy.fixed-delay.attempts=3'],
    ...['-D', 'restart-strategy.fixed-delay.delay=1ms'],
  ]
  const {code, stderr} = await runProgramText(workspace, PROGRAM, {flags})
  expect(code, stderr).toBe(0)
  // The counter of the object went on: it is the one of the first attempt.
  expect(readFileSync(workspace.path('calls'), 'utf8')).toBe('open 1\nclose\nopen 2\nclose\n')
  const files = readdirSync(workspace.path('out'), {recursive: true, withFileTypes: true}).filter((one) => one.isFile())
  const written = files.flatMap((file) => readFileSync(`${file.parentPath}/${file.name}`, 'utf8').trimEnd().split('\n'))
  expect(written.map(Number).sort((a, b) => a - b)).toEqual(Array.from({length: 100}, (_, i) => (i + 1) * 10))
  expect(workspace.leftovers()).toEqual([])
})
