import {openSync} from 'node:fs'
import {isatty, ReadStream, type WriteStream} from 'node:tty'
import type {JobHandle} from '../src/cluster/index.js'
import {ProgressPrinter} from '../src/metrics/index.js'
import {NodeTimers, type Timer} from '../src/platform/index.js'
import type {DisplayKind} from './display-kind.js'

/** A shorter job shows nothing but its result; so a small one never waits for Ink to load. */
const SHOWN_AFTER_MS = 300
const REFRESH_MS = 200

/** Shows a running job on stderr, and takes away what it has shown when it is closed. */
export class JobDisplay {
  private readonly timers = new NodeTimers()
  private timer: Timer
  private closeShown: () => Promise<void> | void = () => {}
  private closed: Promise<void> | undefined
  private eraseLine: () => void = () => {}
  private isScreen = false
  private unsaid = ''

  constructor(
    kind: DisplayKind,
    private readonly job: JobHandle,
  ) {
    this.timer = this.timers.after(SHOWN_AFTER_MS, () => {
      if (kind === 'screen') void this.showScreen()
      if (kind === 'line') this.showLine()
    })
  }

  /** Resolves when stderr is as it was. */
  close(): Promise<void> {
    this.timer.cancel()
    this.closed ??= Promise.resolve(this.closeShown())
    return this.closed
  }

  /** Something to read now: it must not end up in the middle of what is shown. */
  say(text: string): void {
    if (this.isScreen) this.unsaid += text
    else {
      this.eraseLine()
      process.stderr.write(text)
    }
  }

  private showLine(): void {
    const printer = new ProgressPrinter(process.stderr)
    this.timer = this.timers.every(REFRESH_MS, () => printer.show(this.job.view()))
    this.eraseLine = () => printer.close()
    this.closeShown = () => printer.close()
  }

  private async showScreen(): Promise<void> {
    const {showScreen} = await import('../src/tui/index.js')
    if (this.closed !== undefined) return
    this.isScreen = true
    const keys = terminalKeys()
    const screen = showScreen({
      stderr: process.stderr as WriteStream,
      ...(keys === undefined ? {} : {keys}),
      ...(process.env.NO_COLOR ? {colour: false} : {}),
      refreshMs: REFRESH_MS,
      timers: this.timers,
      view: () => this.job.view(),
      // As if it had come from the terminal, which sends no signal while keys are read one by one.
      onQuit: () => process.kill(process.pid, 'SIGINT'),
    })
    this.closeShown = async () => {
      await screen.close().finally(() => keys?.destroy())
      this.isScreen = false
      this.say(this.unsaid)
    }
  }
}

/** stdin where it is a terminal; else (it is the data) the controlling terminal; `undefined` where there is none. */
function terminalKeys(): ReadStream | undefined {
  if (isatty(0)) return process.stdin as ReadStream
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch {
    return undefined
  }
}
