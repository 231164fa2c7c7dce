import {FtsError} from '../core/index.js'
import type {PastJob} from '../job/index.js'
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
  /** Now and then: schedules of a job that have been tried; jobs count from 1. */
  progressed(schedules: number, jobNumber: number): void
  /** A job's verdict. */
  proved(verdict: Verdict): void
}

/** Runs given to a thread at once. */
const CHUNK = 10
/** A thread is replaced after so many runs: what it loaded stays in its memory. */
const RUNS_A_THREAD_MAX = 200

/**
 * Proves the jobs of a program, one `execute` after the other, until one is not proven: what comes of an undisturbed run is what the program goes on with.
 *
 * Errors   `user` and `restartable`, from the program and its threads; what was found until then has been told.
 */
export async function proveProgram(options: ProveOptions): Promise<void> {
  const past: PastJob[] = []
  for (;;) {
    const proved = await proveJob({...options, subject: {...options.subject, past}}).catch((error) => {
      throw past.length === 0 ? error : ofLaterJob(error, past.length + 1)
    })
    if (proved === undefined) return
    options.proved(proved.verdict)
    if (!proved.verdict.isProven) return
    past.push(proved.past)
  }
}

/** Tries schedule after schedule until one differs or all are done. Undefined: the program has no further job. */
async function proveJob(
  options: ProveOptions,
): Promise<{readonly verdict: Verdict; readonly past: PastJob} | undefined> {
  const first = new ProveThread(options.subject)
  const threads = new Set([first])
  try {
    const {survey} = await first.ask({kind: 'survey'}, 'surveyed')
    if (survey === undefined) return undefined
    const {past} = survey
    const tally = new Tally(survey, options.subject.past.length + 1)
    if (survey.unstable !== undefined) return {verdict: tally.verdict(survey.unstable), past}
    const wrong = await new Schedules(options, {survey, tally, threads}).run(first)
    if (wrong === undefined) return {verdict: tally.verdict(undefined), past}
    const explaining = new ProveThread(options.subject)
    threads.add(explaining)
    const {story} = await explaining.ask({kind: 'explain', survey, seed: wrong}, 'explained')
    return {verdict: tally.verdict(story), past}
  } finally {
    await Promise.all([...threads].map((thread) => thread.end()))
  }
}

/** Files that one job of the program writes and a later one reads lie in the folder of a run that is over. */
function ofLaterJob(thrown: unknown, number: number): FtsError {
  const {kind, code, message, details, tryThis} = FtsError.from(thrown)
  const missing =
    code === 'FTS_NO_INPUT'
      ? 'If an earlier job writes it, run the program once with fts run, which leaves it there.'
      : tryThis
  return new FtsError(kind, code, `job ${number} of the program: ${message}`, details, {
    cause: thrown,
    ...(missing === undefined ? {} : {tryThis: missing}),
  })
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
      this.options.progressed(this.of.tally.schedules, this.of.tally.jobNumber)
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
