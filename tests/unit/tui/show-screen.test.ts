// Goal: the terminal shows the job, survives resizes with its scrollback, and is given back as it was.
// Method: a stream in front of a headless terminal emulator, timers that fire when the test says so, Ink for real.
import {EventEmitter} from 'node:events'
import {PassThrough} from 'node:stream'
import type {ReadStream, WriteStream} from 'node:tty'
import xterm from '@xterm/headless'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {JobView} from '../../../src/metrics/index.js'
import {type ShownScreen, showScreen} from '../../../src/tui/index.js'
import {wordCountView} from '../../support/job-view-examples.js'

/** A terminal's output stream, and what would be seen on the terminal. */
class FakeTerminal extends EventEmitter {
  readonly isTTY = true
  readonly emulator: InstanceType<typeof xterm.Terminal>
  written = ''

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super()
    this.emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true})
  }

  hasColors(): boolean {
    return true
  }

  write(text: string): boolean {
    this.written += text
    this.emulator.write(text.replace(/\n/g, '\r\n'))
    return true
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.emulator.resize(columns, rows)
    this.emit('resize')
  }

  /** Once everything written so far has been taken in. */
  async screen(): Promise<{readonly kind: string; readonly lines: readonly string[]}> {
    await new Promise<void>((resolve) => this.emulator.write('', resolve))
    const buffer = this.emulator.buffer.active
    const lines = Array.from({length: buffer.length}, (_, i) => buffer.getLine(i)?.translateToString(true) ?? '')
    return {kind: buffer.type, lines}
  }
}

/** A keyboard. */
class FakeKeys extends PassThrough {
  readonly isTTY = true
  isRaw = false

  setRawMode(mode: boolean): this {
    this.isRaw = mode
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

let opened: ShownScreen | undefined

afterEach(() => opened?.close())

function open(terminal: FakeTerminal, more: {keys?: FakeKeys; view?: () => JobView; onQuit?: () => void} = {}) {
  let tick = () => {}
  opened = showScreen({
    stderr: terminal as unknown as WriteStream,
    ...(more.keys === undefined ? {} : {keys: more.keys as unknown as ReadStream}),
    refreshMs: 250,
    timers: {
      every: (_ms, callback) => {
        tick = callback
        return {cancel: () => (tick = () => {})}
      },
    },
    view: more.view ?? (() => wordCountView()),
    onQuit: more.onQuit ?? (() => {}),
  })
  return {screen: opened, tick: () => tick()}
}

/** Waits until the terminal shows exactly the frame of its size: header first, keys last, one row free. */
async function showsWholeFrame(terminal: FakeTerminal): Promise<readonly string[]> {
  return vi.waitFor(async () => {
    const {kind, lines} = await terminal.screen()
    expect(kind).toBe('alternate')
    expect(lines.length).toBe(terminal.rows)
    expect(lines[0]).toMatch(/^fts word count/)
    expect(lines[terminal.rows - 2]).toMatch(/q cancel$/)
    expect(lines[terminal.rows - 1]).toBe('')
    expect(lines[3]).toBe('─'.repeat(terminal.columns))
    expect(lines.filter((line) => line.startsWith('fts word count')).length).toBe(1)
    return lines
  })
}

describe('showScreen', () => {
  it('shows the job beside the scrollback and gives the terminal back', async () => {
    const terminal = new FakeTerminal(80, 24)
    terminal.write('what was there before\n')
    const {screen} = open(terminal)
    await showsWholeFrame(terminal)
    await screen.close()
    const {kind, lines} = await terminal.screen()
    expect(kind).toBe('normal')
    expect(lines.filter((line) => line !== '')).toEqual(['what was there before'])
    expect(terminal.written.lastIndexOf('\u001B[?25h')).toBeGreaterThan(terminal.written.lastIndexOf('\u001B[?25l'))
  })

  it('draws what is new at each tick', async () => {
    const terminal = new FakeTerminal(80, 24)
    let durationMs = 4000
    const {tick} = open(terminal, {view: () => wordCountView({durationMs})})
    await showsWholeFrame(terminal)
    durationMs = 9000
    tick()
    await vi.waitFor(async () => expect((await showsWholeFrame(terminal))[0]).toMatch(/RUNNING 9\.00 s$/))
  })

  it('fills every new size and never wipes the scrollback', async () => {
    const terminal = new FakeTerminal(80, 24)
    const {screen} = open(terminal)
    await showsWholeFrame(terminal)
    for (const [columns, rows] of [
      [120, 40],
      [60, 15],
      [60, 30],
      [100, 14],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows)
      await showsWholeFrame(terminal)
    }
    await screen.close()
    expect(terminal.written).not.toContain('\u001B[3J')
  })

  it('hears keys, also Ctrl-C, and lets go of the keyboard', async () => {
    const terminal = new FakeTerminal(80, 24)
    const keys = new FakeKeys()
    let quits = 0
    const {screen} = open(terminal, {keys, onQuit: () => quits++})
    await vi.waitFor(() => expect(keys.isRaw).toBe(true))
    keys.write('2')
    await vi.waitFor(async () => expect((await terminal.screen()).lines.join('\n')).toContain('▸ slot 0'))
    keys.write('q')
    keys.write('\u0003')
    await vi.waitFor(() => expect(quits).toBe(2))
    await showsWholeFrame(terminal)
    await screen.close()
    expect(keys.isRaw).toBe(false)
  })

  it('gives the terminal back when the view fails, and says so once', async () => {
    const terminal = new FakeTerminal(80, 24)
    let isBroken = false
    const view = () => (isBroken ? ({...wordCountView(), vertices: undefined} as unknown as JobView) : wordCountView())
    const {screen, tick} = open(terminal, {view})
    await showsWholeFrame(terminal)
    isBroken = true
    tick()
    await vi.waitFor(async () => expect((await terminal.screen()).kind).toBe('normal'))
    await screen.close()
    await screen.close()
    const {lines} = await terminal.screen()
    expect(lines.filter((line) => line.startsWith('The screen stopped before the job did: ')).length).toBe(1)
  })

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('exit')
    const terminal = new FakeTerminal(80, 24)
    const {screen} = open(terminal)
    await screen.close()
    expect(process.listenerCount('exit')).toBeLessThanOrEqual(before + 1)
    expect(terminal.listenerCount('resize')).toBe(0)
  })
})
