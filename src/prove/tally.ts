import type {RunReport, Story, Survey, Verdict} from './reports.js'

/** Adds up what runs report. */
export class Tally {
  schedules = 0
  private readonly traces = new Set<number>()
  private readonly hit = new Set<string>()
  private readonly faults = new Map<string, number>()
  private readonly doubled = new Map<string, number>()
  private checkpoints = 0
  private restarts = 0
  private takeoverRuns = 0
  private commitsAgainRuns = 0

  constructor(
    private readonly survey: Survey,
    /** From 1. */
    readonly jobNumber: number,
  ) {}

  add(report: RunReport): void {
    this.schedules += 1
    this.traces.add(report.trace)
    this.checkpoints += report.checkpoints
    this.restarts += report.restarts
    if (report.takeovers > 0) this.takeoverRuns += 1
    if (report.commitsAgain > 0) this.commitsAgainRuns += 1
    for (const fault of report.faults) {
      const [kind, step] = fault.split(' after ')
      this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1)
      this.hit.add(step)
    }
    for (const sink of report.doubledSinks) this.doubled.set(sink, (this.doubled.get(sink) ?? 0) + 1)
  }

  verdict(story: Story | undefined): Verdict {
    const {jobName, outcome, how, counts} = this.survey
    return {
      jobName,
      jobNumber: this.jobNumber,
      isProven: story === undefined,
      schedules: this.schedules,
      interleavings: this.traces.size,
      checkpoints: this.checkpoints,
      restarts: this.restarts,
      takeoverRuns: this.takeoverRuns,
      steps: {
        all: [...new Set([...counts.alone.keys(), ...counts.withStandby.keys()])].sort(),
        hit: [...this.hit].sort(),
      },
      faults: Object.fromEntries([...this.faults].sort()),
      how,
      sinks: [...outcome.values()].map(({name, guarantee, records}) => ({
        name,
        guarantee,
        records: records.length,
        doubledRuns: this.doubled.get(name) ?? 0,
      })),
      commitsAgainRuns: this.commitsAgainRuns,
      ...(story === undefined ? {} : {story}),
    }
  }
}
