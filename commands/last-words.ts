const LINES_MAX = 5
const STACK_FRAME = /^\s+at |^\s*\d+: 0x|^-{3,}|^\s*$/

/** What TaskManagers wrote to their stderr last; shown when one is lost, because it may tell why. */
export class LastWords {
  private readonly lines: string[] = []

  /** Stacks are left out: the sentence before them is what a user can read. */
  hear(taskManagerId: string, line: string): void {
    if (STACK_FRAME.test(line)) return
    this.lines.push(`  ${taskManagerId}: ${line}`)
    if (this.lines.length > LINES_MAX) this.lines.shift()
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('')
  }
}
