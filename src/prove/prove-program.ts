import type {ProofSubject} from './proof-subject.js'
import {ProveThread} from './prove-thread.js'
import type {RunReport, Survey, Verdict} from './reports.js'
import {Tally} from './tally.js'

export interface ProveOptions {
  readonly subject: ProofSubject
  /** The first schedule's; the next ones count up. From 1. */
  readonly seed: number
  readonly schedules: number
  readonly threads: number
  /** Now and then: schedules that have been tried. */
  progressed(schedules: number): void
}

/** Runs given to a thread at once. */
const CHUNK = 10
/** A thread is replaced after so many runs: what it loaded stays in its memory. */
const RUNS_A_THREAD_MAX = 200

/** Tries schedule after schedule until one differs or all are done. Errors: `user` and `restartable`, from the program and its threads. */
export async function proveProgram(options: ProveOptions): Promise<Verdict> {
  const first = new ProveThread(options.subject)
  const threads = new Set([first])
  try {
    const {survey} = await first.ask({kind: 'survey'}, 'surveyed')
    const tally = new Tally(survey)
    if (survey.unstable !== undefined) return tally.verdict(survey.unstable)
    const wrong = await new Schedules(options, {survey, tally, threads}).run(first)
    if (wrong === undefined) return tally.verdict(undefined)
    const explaining = new ProveThread(options.subject)
    threads.add(explaining)
    const {story} = await explaining.ask({kind: 'explain', survey, seed: wrong}, 'explained')
    return tally.verdict(story)
  } finally {
    await Promise.all([...threads].map((thread) => thread.end()))
  }
}

/** All schedules, dealt out to some threads. */
class Schedules {
  private next: number
  private wrong: number | undefined

  constructor(
    private readonly options: ProveOptions,
    private readonly of: {readonly survey: Survey; readonly tally: Tally; readonly threads: Set<ProveThread>},
  ) {
    this.next = options.seed
  }

  /** The smallest seed found that differs; undefined: none does. */
  async run(first: ProveThread): Promise<number | undefined> {
    const count = Math.min(this.options.threads, Math.ceil(this.options.schedules / CHUNK))
    const others = Array.from({length: count - 1}, () => this.work(undefined))
    await Promise.all([this.work(first), ...others])
    return this.wrong
  }

  private async work(given: ProveThread | undefined): Promise<void> {
    let thread = given ?? this.newThread()
    for (let runs = 0; ; runs += CHUNK) {
      const seeds = this.takeSeeds()
      if (seeds.length === 0) return
      if (runs >= RUNS_A_THREAD_MAX) {
        this.of.threads.delete(thread)
        await thread.end()
        thread = this.newThread()
        runs = 0
      }
      const {reports} = await thread.ask({kind: 'run', survey: this.of.survey, seeds}, 'ran')
      for (const report of reports) this.take(report)
      this.options.progressed(this.of.tally.schedules)
    }
  }

  private takeSeeds(): readonly number[] {
    if (this.wrong !== undefined) return []
    const from = this.next
    this.next = Math.min(from + CHUNK, this.options.seed + this.options.schedules)
    return Array.from({length: this.next - from}, (_, index) => from + index)
  }

  private take(report: RunReport): void {
    this.of.tally.add(report)
    if (!report.isRight && (this.wrong === undefined || report.seed < this.wrong)) this.wrong = report.seed
  }

  private newThread(): ProveThread {
    const thread = new ProveThread(this.options.subject)
    this.of.threads.add(thread)
    return thread
  }
}
