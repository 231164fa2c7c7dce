// Goal: settings are read as Flink spells them, and a wrong one is refused with a helpful sentence.
// Method: plain entries in, values or errors out; the documentation page against the table.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {Configuration, OPTIONS, optionsTable} from '../../../src/config/index.js'
import type {FtsError} from '../../../src/core/index.js'

function refusal(entries: Record<string, string>): FtsError {
  try {
    Configuration.fromEntries(entries)
  } catch (error) {
    return error as FtsError
  }
  throw new Error('was accepted')
}

describe('Configuration', () => {
  it('answers defaults for what was not set', () => {
    expect(Configuration.defaults.get(OPTIONS.bufferTimeout)).toBe(10)
    expect(Configuration.defaults.isSet(OPTIONS.bufferTimeout)).toBe(false)
    expect(Configuration.defaults.toEntries()).toEqual({})
  })

  it.each([
    ['64m', 64 * 1024 ** 2],
    ['64 mb', 64 * 1024 ** 2],
    ['1 GB', 1024 ** 3],
    ['1g', 1024 ** 3],
    ['32768', 32768],
    ['32768 bytes', 32768],
    ['8k', 8192],
  ])('reads memory %s', (text, bytes) => {
    expect(Configuration.fromEntries({'taskmanager.memory.segment-size': text}).get(OPTIONS.segmentSize)).toBe(bytes)
  })

  it.each([
    ['10 s', 10_000],
    ['500ms', 500],
    ['0', 0],
    ['1 min', 60_000],
    ['2 h', 7_200_000],
    ['1 day', 86_400_000],
  ])('reads duration %s', (text, ms) => {
    expect(Configuration.fromEntries({'heartbeat.timeout': text}).get(OPTIONS.heartbeatTimeout)).toBe(ms)
  })

  it('names the nearest key of an unknown one', () => {
    const error = refusal({'taskmanager.numberOfTaskSlot': '2'})
    expect([error.kind, error.code, error.message, error.tryThis]).toEqual([
      'user',
      'FTS_UNKNOWN_OPTION',
      'there is no option "taskmanager.numberOfTaskSlot"',
      'Did you mean "taskmanager.numberOfTaskSlots"?',
    ])
  })

  it('finds a key by its end', () => {
    expect(refusal({numberOfTaskSlots: '2'}).tryThis).toBe('Did you mean "taskmanager.numberOfTaskSlots"?')
  })

  it('sends to the page when nothing is near', () => {
    expect(refusal({'state.backend.forst.cache.dir': '/tmp'}).tryThis).toBe('docs/configuration.md lists all options')
  })

  it.each([
    ['parallelism.default', 'two', 'option parallelism.default: "two" is not a whole number such as 4'],
    ['parallelism.default', '-1', 'option parallelism.default: "-1" is less than 0'],
    ['parallelism.default', '32769', 'option parallelism.default: "32769" is more than 32768'],
    ['taskmanager.memory.managed.fraction', '1.5', 'option taskmanager.memory.managed.fraction: "1.5" is more than 1'],
    [
      'heartbeat.timeout',
      '10 parsecs',
      'option heartbeat.timeout: "10 parsecs" is not a duration such as 10 s, 500ms or 1 min',
    ],
    [
      'heartbeat.timeout',
      'constructor',
      'option heartbeat.timeout: "constructor" is not a duration such as 10 s, 500ms or 1 min',
    ],
    ['taskmanager.memory.segment-size', '1k', 'option taskmanager.memory.segment-size: "1k" is less than 4k'],
    [
      'taskmanager.memory.segment-size',
      '',
      'option taskmanager.memory.segment-size: "" is not an amount of memory such as 64m, 1 gb or 32768',
    ],
  ])('refuses %s=%s', (key, text, message) => {
    const error = refusal({[key]: text})
    expect([error.code, error.message]).toEqual(['FTS_BAD_OPTION_VALUE', message])
  })

  it('copies with one more value, checked', () => {
    const config = Configuration.defaults.with(OPTIONS.numTaskManagers, 3)
    expect(config.toEntries()).toEqual({'taskmanager.number': '3'})
    expect(() => config.with(OPTIONS.numTaskManagers, 0)).toThrow('"0" is less than 1')
    expect(Configuration.defaults.get(OPTIONS.numTaskManagers)).toBe(1)
  })

  it('has each option once, each with a default that passes its own check', () => {
    const options = Object.values(OPTIONS)
    expect(new Set(options.map((option) => option.key)).size).toBe(options.length)
    const texts = Object.fromEntries(options.map((o) => [o.key, String(o.default)]))
    const config = Configuration.fromEntries(texts)
    for (const option of options) expect(config.get<number | string | boolean>(option)).toBe(option.default)
  })

  it('is documented in docs/configuration.md', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
    expect(page).toContain(optionsTable())
  })
})
