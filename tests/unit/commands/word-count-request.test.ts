// Goal: what a user typed becomes the right job, or one sentence that says what is wrong with it.
// Method: flags as data in, input and options or the error out.
import {describe, expect, it} from 'vitest'
import {configurationOf} from '../../../commands/configuration-of.js'
import {type WordCountFlags, wordCountInput, wordCountOptions} from '../../../commands/word-count-request.js'
import type {FtsError} from '../../../src/core/index.js'

const FLAGS: WordCountFlags = {
  paths: [],
  socket: undefined,
  slotSharing: true,
  output: undefined,
  format: 'tsv',
  sort: undefined,
  top: undefined,
  mode: 'batch',
  config: [],
  parallelism: undefined,
  numTaskManagers: undefined,
  slots: undefined,
  tui: undefined,
  json: false,
  verbose: false,
}

function errorOf(work: () => unknown): Pick<FtsError, 'kind' | 'message' | 'tryThis'> {
  try {
    work()
  } catch (error) {
    const {kind, message, tryThis} = error as FtsError
    return {kind, message, tryThis}
  }
  throw new Error('was accepted')
}

describe('input', () => {
  const input = (flags: Partial<WordCountFlags>, stdinIsTerminal = false) =>
    wordCountInput({...FLAGS, ...flags}, {stdinIsTerminal})

  it.each([
    [{paths: ['a', 'b']}, false, {kind: 'paths', paths: ['a', 'b']}],
    [{paths: ['-']}, true, {kind: 'stdin'}],
    [{}, false, {kind: 'stdin'}],
    [{socket: 'localhost:9999'}, true, {kind: 'socket', host: 'localhost', port: 9999}],
    [{socket: '[::1]:80'}, true, {kind: 'socket', host: '::1', port: 80}],
  ])('%j (terminal: %s)', (flags, stdinIsTerminal, expected) => {
    expect(input(flags, stdinIsTerminal)).toEqual(expected)
  })

  it.each([
    [{}, true, 'nothing to read'],
    [{paths: ['-', 'a']}, false, '- (stdin) and paths cannot be read together'],
    [{paths: ['a'], socket: 'h:1'}, false, '--socket and paths cannot be read together'],
    [{socket: 'localhost'}, false, '--socket "localhost" is not HOST:PORT'],
    [{socket: 'localhost:0'}, false, '--socket "localhost:0" is not HOST:PORT'],
    [{socket: 'localhost:65536'}, false, '--socket "localhost:65536" is not HOST:PORT'],
    [{socket: ':9'}, false, '--socket ":9" is not HOST:PORT'],
  ])('refuses %j (terminal: %s)', (flags, stdinIsTerminal, message) => {
    expect(errorOf(() => input(flags, stdinIsTerminal))).toMatchObject({
      kind: 'user',
      message,
      tryThis: expect.any(String),
    })
  })
})

describe('options', () => {
  const options = (flags: Partial<WordCountFlags>) => {
    const all = {...FLAGS, ...flags}
    return wordCountOptions({flags: all, input: {kind: 'stdin'}, configuration: configurationOf(all)})
  }

  it('has defaults', () => {
    const {configuration: _, parallelism, ...rest} = options({})
    expect(rest).toEqual({input: {kind: 'stdin'}, mode: 'batch', sort: 'count', format: 'tsv', slotSharing: true})
    expect(parallelism).toBeGreaterThan(0)
  })

  it('a flag wins over -D', () => {
    expect(options({config: ['parallelism.default=3']}).parallelism).toBe(3)
    expect(options({config: ['parallelism.default=3'], parallelism: 2}).parallelism).toBe(2)
  })

  it('an output path is absolute, since a TaskManager opens it', () => {
    expect(options({output: 'out.tsv'}).outputPath).toBe(`${process.cwd()}/out.tsv`)
  })

  it('no order needs no refusal in streaming mode', () => {
    expect(options({mode: 'streaming', sort: 'none'}).mode).toBe('streaming')
  })

  it.each([
    [
      {mode: 'streaming' as const, sort: 'word' as const},
      'an order (--sort word) cannot be had with --mode streaming, where counts are printed as they change',
    ],
    [
      {mode: 'streaming' as const, top: 3},
      'the first lines (--top 3) cannot be had with --mode streaming, where counts are printed as they change',
    ],
    [{top: 0}, '--top 0 is less than 1'],
    [{parallelism: 0}, '-p/--parallelism 0 is less than 1'],
    [{slots: 0}, '--slots 0 is less than 1'],
    [{config: ['novalue']}, '-D "novalue" is not key=value'],
    [{config: ['=x']}, '-D "=x" is not key=value'],
    [{numTaskManagers: 0}, 'option taskmanager.number: "0" is less than 1'],
  ])('refuses %j', (flags, message) => {
    expect(errorOf(() => options(flags))).toMatchObject({kind: 'user', message, tryThis: expect.any(String)})
  })
})
