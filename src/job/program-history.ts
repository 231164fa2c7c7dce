import type {JobOutcome} from '../api/index.js'
import {FtsError} from '../core/index.js'
import type {PastJob, PastRecords} from './past-jobs.js'

/**
 * Of all jobs of a program together: what they collect beyond it is not kept for the slots of later jobs. As objects in a slot's heap records
 * are three to five times as large.
 */
const KEPT_BYTES_MAX = 16 * 1024 * 1024

/** A job of the program, as the program sees it. */
export interface JobMemory {
  /** Which of the program's `execute` calls it is, from 0. */
  readonly executionIndex: number
  /** What the program had seen of its earlier jobs when it built this one. */
  readonly past: readonly PastJob[]
  collected(collectorIndex: number, frame: Uint8Array): void
  collectorEnded(collectorIndex: number): void
  refused(error: unknown): void
  finished(result: JobOutcome): void
  failed(error: FtsError): void
}

/**
 * Remembers what the jobs of a program gave to it. A slot loads the program, too, to find its functions, and a program that builds its
 * second job from what came of the first must find the same there.
 */
export class ProgramHistory {
  private readonly jobs: Memory[] = []
  private keptBytes = 0

  begin(jobId: string, collectorCount: number): JobMemory {
    const past = this.jobs.map((job) => job.now())
    const keep = (byteCount: number) => this.tryKeep(byteCount)
    const job = new Memory({executionIndex: this.jobs.length, past, jobId, collectorCount, keep})
    this.jobs.push(job)
    return job
  }

  private tryKeep(byteCount: number): boolean {
    if (this.keptBytes + byteCount > KEPT_BYTES_MAX) return false
    this.keptBytes += byteCount
    return true
  }
}

interface MemoryOptions {
  readonly executionIndex: number
  readonly past: readonly PastJob[]
  readonly jobId: string
  readonly collectorCount: number
  /** Whether so many bytes more may be kept. */
  keep(byteCount: number): boolean
}

class Memory implements JobMemory {
  readonly executionIndex: number
  readonly past: readonly PastJob[]
  private end: PastJob['end'] = {kind: 'running'}
  private readonly records: {state: PastRecords['state']; frames: Uint8Array[]}[]

  constructor(private readonly options: MemoryOptions) {
    this.executionIndex = options.executionIndex
    this.past = options.past
    this.records = Array.from({length: options.collectorCount}, () => ({state: 'open', frames: []}))
  }

  now(): PastJob {
    const collected = this.records.map(({state, frames}) => ({state, frames: [...frames]}))
    return {jobId: this.options.jobId, end: this.end, collected}
  }

  collected(collectorIndex: number, frame: Uint8Array): void {
    const records = this.records[collectorIndex]
    if (records.state === 'forgotten') return
    if (this.options.keep(frame.length)) records.frames.push(frame)
    else {
      records.state = 'forgotten'
      records.frames = []
    }
  }

  collectorEnded(collectorIndex: number): void {
    const records = this.records[collectorIndex]
    if (records.state === 'open') records.state = 'ended'
  }

  refused(error: unknown): void {
    this.end = {kind: 'refused', error: FtsError.from(error).toData()}
  }

  finished(result: JobOutcome): void {
    this.end = {kind: 'finished', result}
  }

  failed(error: FtsError): void {
    this.end = {kind: 'failed', error: error.toData()}
  }
}
