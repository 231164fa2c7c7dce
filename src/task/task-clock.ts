import type {TaskMetrics} from '../metrics/index.js'

/** What a task does with its time: works (or could, and waits for its slot's thread), waits for input, waits for room. */
export type TaskActivity = 'busy' | 'idle' | 'backPressured'

const COUNTERS = {busy: 'busyMs', idle: 'idleMs', backPressured: 'backPressuredMs'} as const

/** Books a task's time to its activities; each moment belongs to exactly one, so the three sum up to its life. */
export class TaskClock {
  private activity: TaskActivity = 'busy'
  private sinceMs: number

  constructor(
    private readonly metrics: TaskMetrics,
    nowMs: number,
  ) {
    this.sinceMs = nowMs
  }

  change(activity: TaskActivity, nowMs: number): void {
    if (activity === this.activity) return
    this.book(nowMs)
    this.activity = activity
  }

  /** Books the time up to now, so that readers of the counters see it before the activity changes. */
  book(nowMs: number): void {
    this.metrics.add(COUNTERS[this.activity], nowMs - this.sinceMs)
    this.sinceMs = nowMs
  }
}
