import type {ControlElement} from '../core/index.js'

/** One thing that a scripted source says. */
export type ScriptEvent =
  | {readonly kind: 'record'; readonly value: unknown; readonly timestampMs: number | undefined}
  | {readonly kind: 'control'; readonly element: ControlElement}

/** What one subtask of a scripted source has still to say. The test writes at one end, the source reads at the other. */
export class SourceScript {
  private events: ScriptEvent[] = []
  private read = 0
  private isOver = false
  /** Set by the source that reads it. */
  wake: () => void = () => {}

  get hasEnded(): boolean {
    return this.isOver
  }

  get isEmpty(): boolean {
    return this.read === this.events.length
  }

  add(event: ScriptEvent): void {
    this.events.push(event)
    this.wake()
  }

  end(): void {
    this.isOver = true
    this.wake()
  }

  peek(): ScriptEvent | undefined {
    return this.events[this.read]
  }

  skip(): void {
    this.read += 1
    if (!this.isEmpty) return
    this.events = []
    this.read = 0
  }
}
