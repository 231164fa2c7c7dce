import type {JobView} from './job-view.js'
import {progressLine} from './progress.js'

/** The part of a terminal's stream that the printer uses. */
export interface ProgressTerminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const ERASE_LINE = '\r\u001B[K'

/** Rewrites one line of progress on a terminal; anywhere else it says nothing. Whoever makes it calls `close` at the end. */
export class ProgressPrinter {
  private shown = ''

  constructor(private readonly terminal: ProgressTerminal) {}

  show(view: JobView): void {
    if (this.terminal.isTTY !== true) return
    // A line of the full width would wrap, and a wrapped line cannot be rewritten.
    const line = progressLine(view).slice(0, Math.max(0, (this.terminal.columns ?? 80) - 1))
    if (line === this.shown) return
    this.terminal.write(`${ERASE_LINE}${line}`)
    this.shown = line
  }

  /** Takes the line away, so that what is printed next starts on a clean one. */
  close(): void {
    if (this.shown !== '') this.terminal.write(ERASE_LINE)
    this.shown = ''
  }
}
