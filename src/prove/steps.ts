/** A step of checkpointing, as it is counted: what happened, and where (`acknowledge of Count (2/2)`). */
export interface Step {
  readonly what: string
  readonly where: string
}

/**
 * Counts the steps of one run, and lets faults happen at them.
 *
 * Shape   steps are counted by what happened, from 1; `trace` is the order of all of them as one number.
 */
export class Steps {
  readonly counts = new Map<string, number>()
  private hash = 0x811c9dc5
  private onStep: (what: string, occurrence: number) => void = () => {}

  /** The order of steps, as a number: equal for runs in which the same happened in the same order. */
  get trace(): number {
    return this.hash >>> 0
  }

  listen(onStep: (what: string, occurrence: number) => void): void {
    this.onStep = onStep
  }

  add({what, where}: Step): void {
    const occurrence = (this.counts.get(what) ?? 0) + 1
    this.counts.set(what, occurrence)
    this.mix(`${what} ${where}`)
    this.onStep(what, occurrence)
  }

  private mix(text: string): void {
    for (let i = 0; i < text.length; i++) this.hash = Math.imul(this.hash ^ text.charCodeAt(i), 0x01000193)
  }
}
