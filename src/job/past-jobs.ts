import type {JobOutcome} from '../api/index.js'
import {assert, type ErrorData} from '../core/index.js'
import {MessageFrames} from './message-frames.js'

/** What a program has seen of a job that it ran before another one. */
export interface PastJob {
  readonly jobId: string
  readonly end:
    | {readonly kind: 'running'}
    | {readonly kind: 'finished'; readonly result: JobOutcome}
    /** `refused`: it never began. */
    | {readonly kind: 'refused' | 'failed'; readonly error: ErrorData}
  /** By collector: what `executeAndCollect` was given. */
  readonly collected: readonly PastRecords[]
}

/** Records that came from a job, as the frames in which they came. */
export interface PastRecords {
  /** `forgotten`: there were too many to keep. */
  readonly state: 'open' | 'ended' | 'forgotten'
  readonly frames: readonly Uint8Array[]
}

type PastHead = readonly (Omit<PastJob, 'collected'> & {
  readonly collected: readonly {readonly state: PastRecords['state']; readonly frameCount: number}[]
})[]

/** Earlier jobs as bytes: frames (see MessageFrames) of which the first is JSON, and the others are the records' in their order. */
export function encodePastJobs(jobs: readonly PastJob[]): Buffer {
  const head: PastHead = jobs.map(({collected, ...job}) => ({
    ...job,
    collected: collected.map(({state, frames}) => ({state, frameCount: frames.length})),
  }))
  const records = jobs.flatMap(({collected}) => collected.flatMap(({frames}) => frames))
  return Buffer.concat([Buffer.from(JSON.stringify(head)), ...records].flatMap((frame) => [lengthOf(frame), frame]))
}

export function decodePastJobs(bytes: Buffer): readonly PastJob[] {
  const [head, ...frames] = new MessageFrames().push(bytes)
  assert(head !== undefined, 'the earlier jobs of a program begin with a frame that says which', {bytes: bytes.length})
  return (JSON.parse(head.toString()) as PastHead).map(({collected, ...job}) => ({
    ...job,
    collected: collected.map(({state, frameCount}) => ({state, frames: frames.splice(0, frameCount)})),
  }))
}

function lengthOf(frame: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(frame.length)
  return length
}
