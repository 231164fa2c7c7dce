import {FtsError} from '../core/index.js'
import type {JobClient} from './program-host.js'
import type {RecordReceiver} from './program-job.js'

/** Records that have come and that the program has not taken, above which the sink is asked to wait. */
const QUEUE_RECORDS_MAX = 10_000

/**
 * The records of a stream, in the program: `await` gives all of them, `for await` one after the other while the job runs. Leaving the loop
 * early cancels the job.
 */
export class CollectedRecords<T> implements RecordReceiver, AsyncIterable<T>, PromiseLike<T[]> {
  private queue: T[] = []
  private hasEnded = false
  private error: unknown
  private arrived: () => void = () => {}
  private roomWanted: (() => void) | undefined
  private job: Promise<JobClient> | undefined

  /** @internal `start` submits the job; absent where `execute` will. */
  constructor(private readonly start: (() => Promise<JobClient>) | undefined) {}

  // biome-ignore lint/suspicious/noThenProperty: it is a promise of all records, and an iterable of them
  then<A = T[], B = never>(
    fulfilled?: ((records: T[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.toArray().then(fulfilled, rejected)
  }

  /** At most so many records (the job is cancelled when they are there); all, without a number. */
  async toArray(limit = Number.POSITIVE_INFINITY): Promise<T[]> {
    const records: T[] = []
    if (limit <= 0) return records
    for await (const record of this) {
      records.push(record)
      if (records.length >= limit) break
    }
    return records
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    if (this.start !== undefined && this.job === undefined) this.job = this.submit(this.start)
    try {
      for (;;) {
        const records = this.take()
        yield* records
        if (records.length === 0 && this.hasEnded) break
        if (records.length === 0) await this.more()
      }
      if (this.error !== undefined) throw this.error
    } finally {
      if (!this.hasEnded) await this.cancel()
    }
  }

  /** @internal */
  receive(records: readonly unknown[]): boolean {
    for (const record of records) this.queue.push(record as T)
    this.arrived()
    return this.queue.length < QUEUE_RECORDS_MAX
  }

  /** @internal */
  onRoom(callback: () => void): void {
    this.roomWanted = callback
  }

  /** @internal */
  end(error?: unknown): void {
    this.hasEnded = true
    this.error = error
    this.roomWanted?.()
    this.arrived()
  }

  /** A job that cannot even begin ends the records. */
  private submit(start: () => Promise<JobClient>): Promise<JobClient> {
    const job = start()
    job.then(
      // How the job ends is told by `end`.
      ({result}) => result.catch(() => {}),
      (error) => this.end(error),
    )
    return job
  }

  private take(): T[] {
    const records = this.queue
    this.queue = []
    const resume = this.roomWanted
    this.roomWanted = undefined
    resume?.()
    return records
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.arrived = resolve
    })
  }

  private async cancel(): Promise<void> {
    if (this.job === undefined) return
    const job = await this.job
    job.cancel()
    // It ends as cancelled, which is what was wanted.
    await job.result.catch((error) => {
      if (FtsError.from(error).code !== 'FTS_JOB_CANCELED') throw error
    })
  }
}
