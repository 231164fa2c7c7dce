import {PassThrough} from 'node:stream'
import type {ReadStream, WriteStream} from 'node:tty'
import {type Instance, render} from 'ink'
import {createElement} from 'react'
import type {JobView} from '../metrics/index.js'
import {FrameTerminal} from './frame-terminal.js'
import {Screen} from './screen.js'

export interface ShowScreenOptions {
  /** The terminal; results go to stdout. */
  readonly stderr: WriteStream
  /** Where keys come from: stdin if it is a terminal, else one opened on the controlling terminal; absent: no keys. */
  readonly keys?: ReadStream
  /** False with NO_COLOR. Default: what the terminal can. */
  readonly colour?: boolean
  readonly refreshMs: number
  readonly timers: {every(periodMs: number, callback: () => void): {cancel(): void}}
  view(): JobView
  /** `q` or Ctrl-C, each time it is pressed. The screen stays until `close`. */
  onQuit(): void
}

export interface ShownScreen {
  /** Takes the screen away and gives the terminal back as it was. */
  close(): Promise<void>
}

/** Shows a job on the terminal's alternate screen until closed, also when the process ends without closing it. */
export function showScreen(options: ShowScreenOptions): ShownScreen {
  const screen = new TerminalScreen(options)
  return {close: () => screen.close()}
}

class TerminalScreen {
  private readonly terminal: FrameTerminal
  private readonly ink: Instance
  private readonly refreshing: {cancel(): void}
  private readonly ended: Promise<void>
  private readonly onResize = () => this.redraw()
  private readonly onExit = () => this.restore()
  private failure: unknown

  constructor(private readonly options: ShowScreenOptions) {
    this.terminal = new FrameTerminal(options.stderr)
    this.terminal.enter()
    process.on('exit', this.onExit)
    this.ink = render(this.element(), {
      stdout: this.terminal as unknown as WriteStream,
      stderr: options.stderr,
      // Without keys Ink must not touch the process's stdin: that may be the data.
      stdin: options.keys ?? (new PassThrough() as unknown as ReadStream),
      exitOnCtrlC: false,
      patchConsole: false,
      // Whole frames, one a write: what is drawn of them is the terminal's business.
      debug: true,
    })
    options.stderr.on('resize', this.onResize)
    this.refreshing = options.timers.every(options.refreshMs, () => this.ink.rerender(this.element()))
    this.ended = this.ink.waitUntilExit().then(
      () => this.restore(),
      (error: unknown) => {
        this.failure = error
        this.restore()
      },
    )
  }

  async close(): Promise<void> {
    this.ink.unmount()
    await this.ended
    if (this.failure === undefined) return
    const {failure} = this
    this.failure = undefined
    const reason = failure instanceof Error ? failure.message : String(failure)
    this.options.stderr.write(`The screen stopped before the job did: ${reason}\n`)
  }

  private element() {
    const {stderr, keys, view, onQuit, colour = stderr.hasColors()} = this.options
    // A terminal that does not know its size says 0.
    const columns = stderr.columns || 80
    const rows = stderr.rows || 24
    return createElement(Screen, {view: view(), columns, rows, colour, hasKeys: keys !== undefined, onQuit})
  }

  private redraw(): void {
    this.terminal.forget()
    this.ink.rerender(this.element())
  }

  /** Also on `exit`, when nobody had time to close. */
  private restore(): void {
    this.refreshing.cancel()
    this.options.stderr.off('resize', this.onResize)
    process.off('exit', this.onExit)
    this.ink.unmount()
    this.terminal.leave()
  }
}
