import type {CheckpointOptions} from './checkpoints.js'

/**
 * Control elements: they travel in order between batches, through every channel of an exchange.
 * `endOfData` says that an input has no more data; the channel itself ends after it.
 */
export type ControlElement =
  | {readonly kind: 'watermark'; readonly timestampMs: number}
  | {readonly kind: 'streamStatus'; readonly status: 'active' | 'idle'}
  | {readonly kind: 'latencyMarker'; readonly markedAtMs: number; readonly operatorId: string; readonly subtask: number}
  | {
      readonly kind: 'checkpointBarrier'
      readonly checkpointId: number
      readonly timestampMs: number
      readonly options: CheckpointOptions
    }
  | {readonly kind: 'endOfData'}

export type CheckpointBarrier = Extract<ControlElement, {kind: 'checkpointBarrier'}>
