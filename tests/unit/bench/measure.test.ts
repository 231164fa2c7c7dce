/**
 * Goal: a measurement holds the whole process tree: exit code, CPU of grandchildren, memory, what was left behind.
 * Method: small commands that burn a known amount of CPU, hold a known amount of memory, or leave a child behind.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {measure} from '../../../bench/measure.js'

const scratch = mkdtempSync(join(tmpdir(), 'fts-bench-'))
afterAll(() => rmSync(scratch, {recursive: true}))

const options = {scratch, timeoutSeconds: 20, looksAtMemory: true}
const node = (script: string) => [process.execPath, '-e', script]
const BURN = 'while (process.cpuUsage().user < 200_000);'

describe('measure', () => {
  it('answers the exit code, what was said, and keeps the output', async () => {
    const stdoutPath = join(scratch, 'out')
    const run = await measure({argv: ['bash', '-c', 'echo result; echo sorry >&2; exit 3'], stdoutPath}, options)
    expect(run).toMatchObject({exitCode: 3, stderr: 'sorry\n'})
    expect(readFileSync(stdoutPath, 'utf8')).toBe('result\n')
  })

  it('counts the CPU time of children and grandchildren', async () => {
    const grandchild = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(BURN)}]); ${BURN}`
    const run = await measure({argv: node(grandchild)}, options)
    expect(run.exitCode).toBe(0)
    expect(run.cpuSeconds).toBeGreaterThanOrEqual(0.4)
  })

  it.runIf(process.platform === 'linux')('adds up the memory of all processes', async () => {
    const hold = `const held = Buffer.alloc(100 * 2 ** 20, 1); ${BURN} if (held[0] !== 1) process.exit(1)`
    const both = `const {spawn} = require('node:child_process'); spawn(process.execPath, ['-e', ${JSON.stringify(hold)}]); ${hold}`
    const {tree} = await measure({argv: node(both)}, options)
    expect(tree.processesMax).toBe(2)
    expect(tree.rssUpperBoundBytes).toBeGreaterThan(200 * 2 ** 20)
    expect(tree.rssPeakBytes).toBeLessThanOrEqual(tree.rssUpperBoundBytes)
    expect(tree.leftBehind).toEqual([])
  })

  it('leaves memory alone when only time counts', async () => {
    const run = await measure({argv: node(BURN)}, {...options, looksAtMemory: false})
    expect(run.cpuSeconds).toBeGreaterThanOrEqual(0.2)
    expect(run.tree).toMatchObject({rssPeakBytes: 0, processesMax: 0, leftBehind: []})
  })

  it.runIf(process.platform === 'linux')('tells what was left behind', async () => {
    const whenItSleeps = 'until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done'
    const {tree} = await measure({argv: ['bash', '-c', `sleep 15 & ${whenItSleeps}`]}, options)
    expect(tree.leftBehind).toEqual([expect.stringMatching(/^\d+ sleep 15$/)])
    process.kill(Number(tree.leftBehind[0].split(' ')[0]))
  })
})
