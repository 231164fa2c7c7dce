import type {JobHandle} from '../src/cluster/index.js'
import {ProgressPrinter} from '../src/metrics/index.js'
import {NodeTimers, type Timer} from '../src/platform/index.js'
import type {DisplayKind} from './display-kind.js'

/** A shorter job shows nothing but its result; so a small one never waits for Ink to load. */
const SHOWN_AFTER_MS = 300
const LINE_EVERY_MS = 200

/** Shows a running job on stderr, and takes away what it has shown when it is closed. */
export class JobDisplay {
  private readonly timers = new NodeTimers()
  private timer: Timer
  private closeShown: () => Promise<void> | void = () => {}
  private closed = false

  constructor(
    kind: DisplayKind,
    private readonly job: JobHandle,
  ) {
    this.timer = this.timers.after(SHOWN_AFTER_MS, () => {
      if (kind === 'screen') void this.showScreen()
      if (kind === 'line') this.showLine()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    this.timer.cancel()
    await this.closeShown()
  }

  private showLine(): void {
    const printer = new ProgressPrinter(process.stderr)
    this.timer = this.timers.every(LINE_EVERY_MS, () => printer.show(this.job.view()))
    this.closeShown = () => printer.close()
  }

  private async showScreen(): Promise<void> {
    const {showScreen} = await import('../src/tui/index.js')
    if (this.closed) return
    const screen = showScreen({})
    this.closeShown = () => screen.close()
  }
}
