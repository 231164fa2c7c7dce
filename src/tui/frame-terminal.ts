import {EventEmitter} from 'node:events'
import type {WriteStream} from 'node:tty'

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[2J'
const LEAVE = '\u001B[?25h\u001B[?1049l'
const CLEAR = '\u001B[2J'

/**
 * The terminal as Ink sees it: a stream that takes whole frames, one a write (Ink's `debug` output), and draws the lines
 * that changed, each at its place on the alternate screen.
 *
 * Ink 6.8 draws relative to the cursor. That wipes the scrollback (`CSI 3J`) when a frame is as high as the terminal or the
 * terminal gets smaller, its incremental mode is one line off from the second frame on, and nothing is
 * drawn before the end while `CI` is set. A place for each line has none of these.
 */
export class FrameTerminal extends EventEmitter {
  /** Ink would write cursor controls between the frames. */
  readonly isTTY = false
  private shown: readonly string[] = []
  private isEntered = false

  constructor(private readonly stream: WriteStream) {
    super()
  }

  get columns(): number {
    return this.stream.columns || 80
  }

  enter(): void {
    this.isEntered = true
    this.stream.write(ENTER)
  }

  /** Draws a frame. */
  write(frame: string): boolean {
    if (!this.isEntered) return true
    const lines = frame.split('\n')
    const rowCount = Math.max(lines.length, this.shown.length)
    let changes = ''
    for (let row = 0; row < rowCount; row++) {
      // Erased before it is written: erasing after a line of the full width takes its last character.
      if (lines[row] !== this.shown[row]) changes += `\u001B[${row + 1};1H\u001B[2K${lines[row] ?? ''}`
    }
    this.shown = lines
    return changes === '' || this.stream.write(changes)
  }

  /** After a resize nothing is where it was: the next frame is drawn whole. */
  forget(): void {
    this.shown = []
    if (this.isEntered) this.stream.write(CLEAR)
  }

  /** Back to where the user was; once. */
  leave(): void {
    if (this.isEntered) this.stream.write(LEAVE)
    this.isEntered = false
  }
}
