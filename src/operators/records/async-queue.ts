import type {ControlElement} from '../../core/index.js'
import type {AsyncEntry} from './async-entry.js'

/** What may leave the queue next. */
export type AsyncReady =
  | {readonly kind: 'entry'; readonly entry: AsyncEntry}
  | {readonly kind: 'control'; readonly element: ControlElement}

/** Records under way and the control elements between them. Records never pass a control element. */
export interface AsyncQueue {
  /** Records that have not left. */
  readonly size: number
  /** Neither records nor control elements. */
  readonly isEmpty: boolean
  add(entry: AsyncEntry): void
  addControl(element: ControlElement): void
  /** The entry has its results. */
  completed(entry: AsyncEntry): void
  /** What may leave now; it stays until `leave`. */
  peek(): AsyncReady | undefined
  leave(): void
  /** Everything in the queue, in an order in which it may be added again. */
  contents(): readonly AsyncReady[]
}
