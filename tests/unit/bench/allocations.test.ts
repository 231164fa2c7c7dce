// Goal: the bench sees what threads of a command allocate, and only that.
// Method: the built probe on a small program, whose thread makes as many bytes of objects as it is told; its main thread makes as many again.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, it} from 'vitest'
import {ROOT} from '../../support/repository.js'

const folder = mkdtempSync(join(tmpdir(), 'fts-allocated-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const PROGRAM = `
import {isMainThread, Worker, workerData} from 'node:worker_threads'
import {setTimeout} from 'node:timers/promises'
async function allocate(objects) {
  let last
  for (let i = 0; i < objects; i++) {
    last = [i, i + 0.5]
    if (i % 100_000 === 0) await setTimeout(1)
  }
  // The probe looks every 20 ms.
  await setTimeout(60)
  return last
}
if (isMainThread) new Worker(new URL(import.meta.url), {workerData: Number(process.argv[2])})
await allocate(isMainThread ? 400_000 : workerData)
`

it('adds up what a thread allocates', async () => {
  const program = join(folder, 'program.mjs')
  writeFileSync(program, PROGRAM)
  const {allocatedBytes} = await import(join(ROOT, 'dist/bench/allocations.js'))
  const allocatedBy = (objects: number): Promise<number> =>
    allocatedBytes(
      {argv: [process.execPath, program, String(objects)]},
      async ({argv, env}: {argv: string[]; env: object}) =>
        execFileSync(argv[0], argv.slice(1), {env: {...process.env, ...env}}),
    )
  const [few, many] = [await allocatedBy(100_000), await allocatedBy(1_100_000)]
  // An array of two numbers has its elements apart: 32 to 64 bytes, and a number of its own.
  expect((many - few) / 1e6).toBeGreaterThan(20)
  expect((many - few) / 1e6).toBeLessThan(100)
})
