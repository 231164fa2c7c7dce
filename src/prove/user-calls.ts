/** A call of the program for something that differs each time, and the line it was made from. */
export interface UserCall {
  /** As the program says it, with brackets. */
  readonly what: string
  /** `file:line:column`, of the program's own source where it is known. */
  readonly where: string
}

const CALLS_MAX = 20

/** Notes which lines of a program ask for the time or for chance while its job runs. `bundlePath` and `sources` tell its lines from the engine's. */
export class UserCalls {
  private readonly found = new Map<string, UserCall>()

  constructor(private readonly isOwn: (frame: string) => boolean) {}

  get all(): readonly UserCall[] {
    return [...this.found.values()]
  }

  /** Called where the program asks. */
  readonly note = (what: string): void => {
    if (this.found.size >= CALLS_MAX) return
    const frames = (new Error(what).stack ?? '').split('\n').slice(3)
    const own = frames.slice(0, 3).find((frame) => this.isOwn(frame))
    if (own === undefined) return
    const where = /\(?([^()\s]+:\d+:\d+)\)?$/.exec(own)?.[1]?.replace(/^file:\/\//, '') ?? own.trim()
    this.found.set(`${what} ${where}`, {what, where})
  }
}
