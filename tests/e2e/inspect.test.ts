// Goal: `fts run --inspect-brk` lets a debugger into the thread that runs the user's functions: it waits for it, stops at a breakpoint that is
// set in the user's TypeScript, shows the record, and goes on to the right result.
// Method: a debugger's end of the inspector protocol, a real job, a breakpoint at the place of a TypeScript line by the job's source map.
import {readFileSync, writeFileSync} from 'node:fs'
import {SourceMap} from 'node:module'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {Fts, runFts, Workspace} from '../support/fts.js'
import {InspectorClient} from '../support/inspector-client.js'

const JOB = `import {StreamExecutionEnvironment} from 'fts'

interface Order { readonly id: number; readonly price: number }

function withTax(order: Order): string {
  const taxed: number = order.price * 1.5
  return order.id + ' ' + taxed
}

const env = StreamExecutionEnvironment.getExecutionEnvironment()
env.fromElements<Order>({id: 1, price: 10}, {id: 2, price: 20}).map(withTax).print()
await env.execute()
`
/** \`return order.id\` …, from 0. */
const LINE = 6

const urlsIn = (stderr: string) => [...stderr.matchAll(/Debugger listening on (ws:\/\/\S+)/g)].map(([, url]) => url)

let workspace: Workspace
beforeAll(() => {
  workspace = new Workspace()
  writeFileSync(workspace.path('job.ts'), JOB)
})
afterAll(() => workspace.remove())

it('stops where the TypeScript says', async () => {
  const fts = new Fts(workspace, ['run', 'job.ts', '-p', '1', '--inspect-brk=0'])
  await fts.until(({stderr}) => urlsIn(stderr).length > 0)
  const [url] = urlsIn(fts.stderr)
  const client = await InspectorClient.connect(url)
  await client.send('Debugger.enable')
  await client.send('Runtime.runIfWaitingForDebugger')
  // The program is still to be loaded.
  await client.event('Debugger.paused')
  await client.send('Debugger.setBreakpointByUrl', {urlRegex: 'job-0\\.mjs$', lineNumber: 0})
  await client.send('Debugger.resume')
  const {hitBreakpoints} = await client.event('Debugger.paused')
  expect(hitBreakpoints).toHaveLength(1)

  const bundle = await client.event('Debugger.scriptParsed', ({url: script}) => /job-0\.mjs$/.test(String(script)))
  const mapPath = fileURLToPath(new URL(String(bundle.sourceMapURL), String(bundle.url)))
  const place = placeIn(mapPath)
  await client.send('Debugger.setBreakpointByUrl', {urlRegex: 'job-0\\.mjs$', ...place})
  await client.send('Debugger.resume')

  const seen: unknown[] = []
  for (let record = 0; record < 2; record++) {
    const {callFrames} = await client.event('Debugger.paused')
    const [frame] = callFrames as {callFrameId: string; functionName: string}[]
    const {result} = await client.send('Debugger.evaluateOnCallFrame', {
      callFrameId: frame.callFrameId,
      expression: '[order.price, taxed].join()',
    })
    seen.push([frame.functionName, (result as {value: unknown}).value])
    await client.send('Debugger.resume')
  }
  expect(seen).toEqual([
    ['withTax', '10,15'],
    ['withTax', '20,30'],
  ])
  const end = await fts.ended
  expect(end).toMatchObject({code: 0, stdout: '1 15\n2 30\n'})
}, 60_000)

it('--inspect does not wait, and gives each slot a port of its own', async () => {
  const end = await runFts(workspace, ['run', 'job.ts', '-p', '2', '--inspect=0'])
  expect(end.code, end.stderr).toBe(0)
  const ports = urlsIn(end.stderr).map((url) => new URL(url).port)
  expect(new Set(ports).size).toBe(2)
})

it('refuses an address that is none', async () => {
  const end = await runFts(workspace, ['run', 'job.ts', '--inspect=here'])
  expect(end.code).toBe(2)
  expect(end.stderr).toContain('taskmanager.slot.inspect-address is "here", expected a port or host:port')
})

/** Where the line is in the bundle. */
function placeIn(mapPath: string): {readonly lineNumber: number; readonly columnNumber: number} {
  const map = new SourceMap(JSON.parse(readFileSync(mapPath, 'utf8')))
  const source = map.payload.sources.find((one) => one.endsWith('/job.ts'))
  for (let lineNumber = 0; lineNumber < 1000; lineNumber++) {
    const found = map.findEntry(lineNumber, 2)
    if ('originalLine' in found && found.originalSource === source && found.originalLine === LINE)
      return {lineNumber, columnNumber: 2}
  }
  throw new Error(`the source map ${mapPath} has no line ${LINE} of job.ts`)
}
