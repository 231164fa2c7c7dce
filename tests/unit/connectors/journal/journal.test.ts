/**
 * Goal: what was read of an input that cannot be read twice can be read again from any place that a checkpoint may need; disk use is bounded; the
 * end and errors of the input arrive.
 * Method: a scripted input, a writer and readers on a real folder; time is moved by the test.
 */
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {segmentPath} from '../../../../src/connectors/journal/journal-files.js'
import {JournalReader} from '../../../../src/connectors/journal/journal-reader.js'
import {JournalWriter} from '../../../../src/connectors/journal/journal-writer.js'
import type {SplitReader} from '../../../../src/connectors/sources/split-reader.js'
import {FtsError, JOURNAL_START_FILE} from '../../../../src/core/index.js'
import {ManualTimers} from '../../../support/manual-timers.js'

/** An input that gives what the test puts in. */
class ScriptedInput implements SplitReader {
  readonly what = 'standard input'
  readonly progressBytes = 0
  offset = 0
  isClosed = false
  private readonly queue: (string | 'END' | Error)[] = []
  wake = () => {}
  give(...items: (string | Error)[]): void {
    this.queue.push(...items)
    this.wake()
  }
  read(target: Uint8Array): number | 'wait' | 'end' {
    const next = this.queue.shift()
    if (next === undefined) return 'wait'
    if (next === 'END') return 'end'
    if (next instanceof Error) throw next
    target.set(Buffer.from(next))
    this.offset += next.length
    return next.length
  }
  close(): void {
    this.isClosed = true
  }
}

let folder: string
let timers: ManualTimers
let input: ScriptedInput
const open: {close(): void}[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-journal-'))
  timers = new ManualTimers()
  input = new ScriptedInput()
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(folder, {recursive: true, force: true})
})

function writer(maxBytes = 1000): JournalWriter {
  const made = new JournalWriter({
    folder,
    maxBytes,
    segmentBytes: 8,
    timers,
    open: (wake) => {
      input.wake = wake
      return input
    },
  })
  open.push(made)
  return made
}

function reader(resumeAt = 0): JournalReader {
  const made = new JournalReader({folder, what: 'standard input', resumeAt, timers, wake: () => {}})
  open.push(made)
  return made
}

/** All that is there now, and how the last read ended. */
function readAll(of: JournalReader, bufferBytes = 5): [text: string, then: 'wait' | 'end'] {
  const buffer = new Uint8Array(bufferBytes)
  let text = ''
  for (;;) {
    const read = of.read(buffer)
    if (typeof read !== 'number') return [text, read]
    text += Buffer.from(buffer.subarray(0, read)).toString()
  }
}

/** Lets the writer read until it waits. */
const settle = () => {
  for (let i = 0; i < 20; i++) timers.advance(100)
}
const segments = () => readdirSync(folder).filter((name) => name.endsWith('.journal'))

describe('a journal', () => {
  it('gives what came, again and from any offset, and ends when the input does', () => {
    writer()
    const first = reader()
    expect(readAll(first)).toEqual(['', 'wait'])
    input.give('hello ', 'wide ', 'world ')
    settle()
    expect(readAll(first)).toEqual(['hello wide world ', 'wait'])
    input.give('again', 'END')
    settle()
    expect(readAll(first)).toEqual(['again', 'end'])
    for (let offset = 0; offset <= 22; offset++)
      expect(readAll(reader(offset))).toEqual(['hello wide world again'.slice(offset), 'end'])
    expect(input.isClosed).toBe(true)
  })

  it('of a process that was killed is gone on with behind its last byte, and not at all after its end', () => {
    const killed = writer()
    input.give('one two ', 'three')
    settle()
    killed.close()
    input = new ScriptedInput()
    writer()
    input.give(' four', 'END')
    settle()
    expect(readAll(reader())).toEqual(['one two three four', 'end'])
    input = new ScriptedInput()
    writer()
    input.give('never read')
    settle()
    expect(readAll(reader())).toEqual(['one two three four', 'end'])
  })

  it('that ended with an error is tried again', () => {
    const first = writer()
    input.give('one ', new FtsError('restartable', 'FTS_SOCKET', 'reset'))
    settle()
    first.close()
    input = new ScriptedInput()
    writer()
    input.give('two', 'END')
    settle()
    expect(readAll(reader())).toEqual(['one two', 'end'])
  })

  it('that goes on with an earlier one waits for the reader to say where, and begins there if nothing is kept', () => {
    const begin = (kept: string, at: number) => {
      folder = mkdtempSync(join(tmpdir(), 'fts-journal-'))
      writeFileSync(join(folder, JOURNAL_START_FILE), '')
      if (kept !== '') writeFileSync(segmentPath(folder, 3), kept)
      input = new ScriptedInput()
      const told: unknown[] = []
      const made = new JournalWriter({
        folder,
        maxBytes: 1000,
        timers,
        open: (wake, before) => {
          told.push(before)
          input.wake = wake
          return input
        },
      })
      open.push(made)
      input.give('new')
      settle()
      expect(told).toEqual([])
      const one = reader(at)
      settle()
      const [text] = readAll(one)
      expect(readdirSync(folder)).not.toContain(JOURNAL_START_FILE)
      one.close()
      // From the next checkpoint on, the place is one of this journal.
      expect(readAll(reader(at + text.length - 3))).toEqual(['new', 'wait'])
      rmSync(folder, {recursive: true})
      return [text, told]
    }
    expect(begin('abcdef', 5)).toEqual(['cdefnew', [{byteCount: 9, isKept: true}]])
    expect(begin('abcdef', 9)).toEqual(['new', [{byteCount: 9, isKept: true}]])
    for (const [kept, at] of [
      ['', 7],
      ['abcdef', 2],
      ['abcdef', 12],
    ] as const)
      expect(begin(kept, at)).toEqual(['new', [{byteCount: at, isKept: false}]])
  })

  it('forgets whole segments, and says so of a place that is gone', () => {
    writer()
    input.give('0123456789', 'abcdefghij', 'ABCDEFGHIJ')
    settle()
    expect(segments()).toHaveLength(3)
    reader(20).forgetBefore(19)
    expect(segments()).toHaveLength(2)
    expect(readAll(reader(10))).toEqual(['abcdefghijABCDEFGHIJ', 'wait'])
    expect(() => readAll(reader(5))).toThrow(expect.objectContaining({code: 'FTS_JOURNAL_DAMAGED', kind: 'fatal'}))
    reader(30).forgetBefore(30)
    // The last one is still being written.
    expect(segments()).toHaveLength(1)
  })

  it('reads no more than it may keep, and goes on when a checkpoint has given room', () => {
    writer(16)
    for (let i = 0; i < 10; i++) input.give('12345678')
    settle()
    expect(segments()).toHaveLength(2)
    const one = reader()
    expect(readAll(one)[0]).toHaveLength(16)
    one.forgetBefore(16)
    settle()
    expect(readAll(one)[0]).toHaveLength(8)
  })

  it('hands on the error of the input, after all that came before it', () => {
    writer()
    const one = reader()
    input.give('some', new FtsError('user', 'FTS_LINE_TOO_LONG', 'no end'))
    settle()
    const buffer = new Uint8Array(10)
    expect(one.read(buffer)).toBe(4)
    expect(() => one.read(buffer)).toThrow(expect.objectContaining({code: 'FTS_LINE_TOO_LONG'}))
    expect(readAll.bind(undefined, reader(4))).toThrow(expect.objectContaining({code: 'FTS_LINE_TOO_LONG'}))
  })

  it('of an input that broke goes on, with the input opened again, when a restarted job reads it', () => {
    writer()
    const one = reader()
    input.give('before, ', new FtsError('restartable', 'FTS_SOCKET_BROKEN', 'the connection broke'))
    settle()
    expect(() => readAll(one)).toThrow(expect.objectContaining({code: 'FTS_SOCKET_BROKEN'}))
    input = new ScriptedInput()
    input.give('after', 'END')
    settle()
    expect(existsSync(join(folder, 'end.json'))).toBe(true)
    const two = reader(8)
    settle()
    expect(readAll(two)).toEqual(['after', 'end'])
  })
})
