import type {ControlElement} from '../../core/index.js'
import type {AsyncEntry} from './async-entry.js'
import type {AsyncQueue, AsyncReady} from './async-queue.js'

/** Everything leaves in the order in which it came. */
export class OrderedAsyncQueue implements AsyncQueue {
  size = 0
  private readonly queue: AsyncReady[] = []

  get isEmpty(): boolean {
    return this.queue.length === 0
  }

  add(entry: AsyncEntry): void {
    this.queue.push({kind: 'entry', entry})
    this.size += 1
  }

  addControl(element: ControlElement): void {
    this.queue.push({kind: 'control', element})
  }

  completed(): void {}

  peek(): AsyncReady | undefined {
    const first = this.queue[0]
    return first?.kind === 'entry' && first.entry.results === undefined ? undefined : first
  }

  contents(): readonly AsyncReady[] {
    return this.queue
  }

  leave(): void {
    if (this.queue.shift()?.kind === 'entry') this.size -= 1
  }
}
