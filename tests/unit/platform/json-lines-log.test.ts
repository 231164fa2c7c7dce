// Goal: a log line is one JSON object, from the chosen level on, and a log that cannot be written stops nobody.
// Method: a real file in a temporary folder, and a descriptor that is closed.
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {JsonLinesLog, NodeClock, NodeRandom, SilentLog} from '../../../src/platform/index.js'

let folder: string
const clock = {nowMs: () => Date.UTC(2026, 10, 21, 12, 30), monotonicMs: () => 0}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-log-'))
})

afterEach(() => rmSync(folder, {recursive: true}))

describe('JsonLinesLog', () => {
  it('appends one object a line', () => {
    const path = join(folder, 'jm.log')
    for (const run of [1, 2]) {
      const log = new JsonLinesLog({to: path, clock, level: 'info', fields: {process: 'jm'}})
      log.write('debug', 'left out')
      log.write('warn', 'a\nb', {run})
      log.close()
    }
    const line = (run: number) =>
      `{"time":"2026-11-21T12:30:00.000Z","level":"warn","message":"a\\nb","process":"jm","run":${run}}\n`
    expect(readFileSync(path, 'utf8')).toBe(line(1) + line(2))
  })

  it('counts the lines it lost', () => {
    const descriptor = openSync(join(folder, 'x'), 'w')
    const log = new JsonLinesLog({to: descriptor, clock, level: 'debug'})
    closeSync(descriptor)
    log.write('error', 'lost')
    expect(log.lostLines).toBe(1)
  })

  it('names the file that it cannot open', () => {
    const path = join(folder, 'none', 'jm.log')
    expect(() => new JsonLinesLog({to: path, clock, level: 'info'})).toThrow(`the log file ${path} cannot be opened`)
  })
})

describe('the small ones', () => {
  it('SilentLog keeps nothing', () => expect(new SilentLog().write()).toBeUndefined())

  it('NodeRandom makes ids of the asked length', () => {
    expect(new NodeRandom().hex(16)).toMatch(/^[0-9a-f]{32}$/)
    expect(new NodeRandom().hex(16)).not.toBe(new NodeRandom().hex(16))
  })

  it('NodeClock never goes back', () => {
    const nodeClock = new NodeClock()
    const before = nodeClock.monotonicMs()
    expect(nodeClock.monotonicMs()).toBeGreaterThanOrEqual(before)
  })
})
