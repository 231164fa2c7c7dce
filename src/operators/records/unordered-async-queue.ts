import type {ControlElement} from '../../core/index.js'
import type {AsyncEntry} from './async-entry.js'
import type {AsyncQueue, AsyncReady} from './async-queue.js'

/** The records between two control elements. */
interface Segment {
  readonly waiting: Set<AsyncEntry>
  readonly done: AsyncEntry[]
  /** What ends the segment. */
  end: ControlElement | undefined
}

/** Records leave as they are completed, within their segment: those before a control element all leave before it. */
export class UnorderedAsyncQueue implements AsyncQueue {
  size = 0
  private readonly segments: Segment[] = [newSegment()]

  get isEmpty(): boolean {
    return this.size === 0 && this.segments.length === 1
  }

  add(entry: AsyncEntry): void {
    this.last.waiting.add(entry)
    this.size += 1
  }

  addControl(element: ControlElement): void {
    this.last.end = element
    this.segments.push(newSegment())
  }

  completed(entry: AsyncEntry): void {
    for (const {waiting, done} of this.segments) {
      if (!waiting.delete(entry)) continue
      done.push(entry)
      return
    }
  }

  peek(): AsyncReady | undefined {
    const {waiting, done, end} = this.segments[0]
    if (done.length > 0) return {kind: 'entry', entry: done[0]}
    return waiting.size === 0 && end !== undefined ? {kind: 'control', element: end} : undefined
  }

  leave(): void {
    if (this.segments[0].done.shift() !== undefined) this.size -= 1
    else this.segments.shift()
  }

  contents(): readonly AsyncReady[] {
    return this.segments.flatMap(({waiting, done, end}) => [
      ...[...done, ...waiting].map((entry) => ({kind: 'entry', entry}) as const),
      ...(end === undefined ? [] : [{kind: 'control', element: end} as const]),
    ])
  }

  private get last(): Segment {
    return this.segments[this.segments.length - 1]
  }
}

function newSegment(): Segment {
  return {waiting: new Set(), done: [], end: undefined}
}
