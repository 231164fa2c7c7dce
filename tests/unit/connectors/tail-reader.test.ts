/**
 * Goal: a tailed log comes out byte for byte, each line once and whole, whatever log rotation does between two looks and while nobody reads.
 * Method: real files and renames; time and timers move by hand; then random histories of writing, rotating, looking and restarting.
 */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type TailOptions, type TailPosition, TailReader} from '../../../src/connectors/sources/tail/tail-reader.js'
import {ManualTimers} from '../../support/manual-timers.js'
import {propertyOptions} from '../../support/property-options.js'

const POLL_MS = 200
const ROTATE_WAIT_MS = 5000

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-tail-'))
  path = join(folder, 'app.log')
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

/** A reader whose clock and timers move with `look`. */
class Tail {
  readonly reports: string[] = []
  private nowMs = 0
  private readonly timers = new ManualTimers()
  private readonly reader: TailReader

  constructor(
    options: Partial<TailOptions> = {},
    private readonly bufferBytes = 64,
  ) {
    const parts = {
      timers: this.timers,
      nowMs: () => this.nowMs,
      wake: () => {},
      report: (what: string) => this.reports.push(what),
    }
    const defaults = {path, from: 'beginning', pollIntervalMs: POLL_MS, rotateWaitMs: ROTATE_WAIT_MS} as const
    this.reader = new TailReader({...defaults, ...options}, parts)
  }

  /** Lets time pass and reads all there is. */
  look(passedMs = POLL_MS): string {
    this.nowMs += passedMs
    this.timers.advance(passedMs)
    let text = ''
    const buffer = new Uint8Array(this.bufferBytes)
    for (let read = this.reader.read(buffer); read !== 'wait'; read = this.reader.read(buffer)) {
      text += Buffer.from(buffer.subarray(0, read)).toString()
    }
    return text
  }

  close(): TailPosition {
    const {position} = this.reader
    this.reader.close()
    expect(this.timers.count).toBe(0)
    return position
  }
}

/** As logrotate does without options: the writer goes on in a new file. */
function rotateByName(): void {
  shift()
  renameSync(path, `${path}.1`)
  writeFileSync(path, '')
}

/** As logrotate does with `copytruncate`: the writer goes on in the same file. */
function rotateByCopy(): void {
  shift()
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

function shift(): void {
  for (let n = 30; n >= 1; n--) if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`)
}

describe('TailReader', () => {
  it('gives whole lines as they come', () => {
    writeFileSync(path, 'one\ntw')
    const tail = new Tail()
    expect(tail.look()).toBe('one\n')
    expect(tail.look()).toBe('')
    appendFileSync(path, 'o\nthree')
    expect(tail.look()).toBe('two\n')
    appendFileSync(path, '\n')
    expect(tail.look()).toBe('three\n')
    tail.close()
  })

  it('gives a line that is longer than the buffer in pieces', () => {
    writeFileSync(path, `${'x'.repeat(100)}\ny\n`)
    const tail = new Tail({}, 16)
    expect(tail.look()).toBe(`${'x'.repeat(100)}\ny\n`)
    tail.close()
  })

  it('waits for a file that is not there, and reads it from its start', () => {
    const tail = new Tail({from: 'end'})
    expect(tail.look()).toBe('')
    writeFileSync(path, 'one\n')
    expect(tail.look()).toBe('one\n')
    tail.close()
  })

  it('begins at the end if told so, with the first line that begins there', () => {
    writeFileSync(path, 'old\nhalf')
    const tail = new Tail({from: 'end'})
    expect(tail.look()).toBe('')
    appendFileSync(path, ' a line\nnew\n')
    expect(tail.look()).toBe('half a line\nnew\n')
    tail.close()
  })

  it('follows a rename, and reads what is still written to the old file', () => {
    writeFileSync(path, 'a\n')
    const tail = new Tail()
    expect(tail.look()).toBe('a\n')
    appendFileSync(path, 'b\n')
    rotateByName()
    appendFileSync(path, 'c\n')
    expect(tail.look()).toBe('b\nc\n')
    appendFileSync(`${path}.1`, 'late\n')
    appendFileSync(path, 'd\n')
    expect(tail.look()).toBe('late\nd\n')
    expect(tail.look(ROTATE_WAIT_MS)).toBe('')
    expect(tail.close()).toHaveLength(1)
  })

  it('ends the last line of a file that was left without line end', () => {
    writeFileSync(path, 'a\nhalf')
    const tail = new Tail()
    expect(tail.look()).toBe('a\n')
    rotateByName()
    appendFileSync(path, 'b\n')
    expect(tail.look()).toBe('b\n')
    appendFileSync(path, 'c\n')
    expect(tail.look(ROTATE_WAIT_MS)).toBe('half\nc\n')
    tail.close()
  })

  it('does not mix lines of two files', () => {
    writeFileSync(path, `long ${'x'.repeat(40)}`)
    const tail = new Tail({}, 16)
    const begun = tail.look()
    rotateByName()
    appendFileSync(path, 'b\n')
    expect(begun + tail.look()).not.toContain('b')
    appendFileSync(`${path}.1`, ' end\n')
    expect(tail.look()).toBe(`${'x'.repeat(45 - begun.length)} end\nb\n`)
    tail.close()
  })

  it('follows a truncation, with what was not read of it yet', () => {
    writeFileSync(path, 'a\n')
    const tail = new Tail()
    expect(tail.look()).toBe('a\n')
    appendFileSync(path, 'b\n')
    rotateByCopy()
    expect(tail.look()).toBe('b\n')
    appendFileSync(path, 'c\n')
    expect(tail.look()).toBe('c\n')
    tail.close()
  })

  it('notices a truncation although the file has grown beyond the old offset', () => {
    writeFileSync(path, 'a\n')
    const tail = new Tail()
    expect(tail.look()).toBe('a\n')
    rotateByCopy()
    appendFileSync(path, 'much more than there was\n')
    expect(tail.look()).toBe('much more than there was\n')
    tail.close()
  })

  it('follows a truncation without a copy', () => {
    writeFileSync(path, 'a\nb\n')
    const tail = new Tail()
    tail.look()
    truncateSync(path)
    expect(tail.look()).toBe('')
    appendFileSync(path, 'c\n')
    expect(tail.look()).toBe('c\n')
    tail.close()
  })

  it('reads a deleted file to its end, then the next of that name', () => {
    writeFileSync(path, 'a\n')
    const tail = new Tail()
    expect(tail.look()).toBe('a\n')
    appendFileSync(path, 'b\n')
    unlinkSync(path)
    expect(tail.look()).toBe('b\n')
    writeFileSync(path, 'c\n')
    expect(tail.look()).toBe('c\n')
    tail.close()
  })

  it('reads files that came and went between two looks', () => {
    for (const rotate of [rotateByName, rotateByCopy]) {
      writeFileSync(path, 'a\n')
      const tail = new Tail()
      expect(tail.look()).toBe('a\n')
      for (const line of ['b', 'c', 'd']) {
        appendFileSync(path, `${line}\n`)
        rotate()
      }
      appendFileSync(path, 'e\n')
      expect(tail.look()).toBe('b\nc\nd\ne\n')
      tail.close()
      for (const name of readdirSync(folder)) unlinkSync(join(folder, name))
    }
  })

  it('takes no other neighbour for a part of the log', () => {
    writeFileSync(path, 'a\n')
    const tail = new Tail()
    tail.look()
    rotateByName()
    for (const name of ['app.log.err', 'app.log.1.gz', 'app.log2', 'app.log.lock'])
      writeFileSync(join(folder, name), 'other\n')
    expect(tail.look()).toBe('')
    tail.close()
  })
})

describe('TailReader, started again at a position', () => {
  function stoppedAfter(text: string): TailPosition {
    writeFileSync(path, text)
    const tail = new Tail()
    tail.look()
    return tail.close()
  }

  const resumed = (resumeAt: TailPosition) => {
    const tail = new Tail({resumeAt, from: 'end'})
    const text = tail.look() + tail.look(ROTATE_WAIT_MS)
    tail.close()
    return {text, reports: tail.reports}
  }

  it('goes on in the same file', () => {
    const position = stoppedAfter('a\nhal')
    appendFileSync(path, 'f\nb\n')
    expect(resumed(position)).toEqual({text: 'half\nb\n', reports: []})
  })

  it('goes on in files that were rotated meanwhile, once and several times', () => {
    for (const rotate of [rotateByName, rotateByCopy]) {
      const position = stoppedAfter('a\n')
      appendFileSync(path, 'b\n')
      rotate()
      appendFileSync(path, 'c\n')
      expect(resumed(position).text).toBe('b\nc\n')
      rotate()
      appendFileSync(path, 'd\n')
      expect(resumed(position).text).toBe('b\nc\nd\n')
      for (const name of readdirSync(folder)) unlinkSync(join(folder, name))
    }
  })

  it('says that something is lost if the file is gone', () => {
    const position = stoppedAfter('a\n')
    unlinkSync(path)
    writeFileSync(path, 'other\n')
    const {text, reports} = resumed(position)
    expect(text).toBe('other\n')
    expect(reports).toEqual([`${path}: a file that was read to byte 2 is gone, its rest is lost`])
  })
})

describe('TailReader over random histories', () => {
  it('gives every line once and in order', () => {
    const event = fc.constantFrom('write', 'write', 'write half', 'look', 'look', 'rotate', 'restart', 'wait long')
    fc.assert(
      fc.property(
        fc.array(event, {maxLength: 30}),
        fc.boolean(),
        fc.integer({min: 4, max: 80}),
        (events, isByName, bufferBytes) => {
          for (const name of readdirSync(folder)) unlinkSync(join(folder, name))
          writeFileSync(path, '')
          let tail = new Tail({}, bufferBytes)
          let given = tail.look()
          let written = ''
          let isHalf = false
          const write = (text: string) => {
            appendFileSync(path, text)
            written += text
          }
          const endLine = () => {
            if (isHalf) write(' line\n')
            isHalf = false
          }
          for (const [index, name] of [...events, 'write', 'look'].entries()) {
            if (name !== 'look' && name !== 'write half') endLine()
            if (name === 'write') write(`${index} line ${'x'.repeat(index)}\n`)
            else if (name === 'write half' && !isHalf) {
              write(`${index} half`)
              isHalf = true
            } else if (name === 'rotate' && isByName) rotateByName()
            else if (name === 'rotate') rotateByCopy()
            else if (name === 'restart') {
              tail = new Tail({resumeAt: tail.close()}, bufferBytes)
            } else if (name === 'look' || name === 'wait long') {
              given += tail.look(name === 'look' ? POLL_MS : ROTATE_WAIT_MS)
            }
          }
          endLine()
          given += tail.look() + tail.look(ROTATE_WAIT_MS)
          tail.close()
          expect(given).toBe(written)
        },
      ),
      propertyOptions(300),
    )
  })
})
