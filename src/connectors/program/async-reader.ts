import type {SourceOutput, SourceReader, SourceReaderContext} from './source.js'

/** Batches of records taken from the iterable and not yet asked for; the iterable waits at this many. */
const QUEUE_BATCHES_MAX = 2

/** Reads an async iterable ahead, up to a limit. */
export class AsyncReader<T> implements SourceReader<T> {
  private readonly iterator: AsyncIterator<T>
  private queue: T[] = []
  private state: 'reading' | 'full' | 'ended' = 'reading'
  private resume: () => void = () => {}

  constructor(
    iterable: AsyncIterable<T>,
    private readonly context: SourceReaderContext,
  ) {
    this.iterator = iterable[Symbol.asyncIterator]()
    this.read().catch((error) => context.fail(error))
  }

  poll(output: SourceOutput<T>): 'more' | 'wait' | 'end' {
    const {queue} = this
    this.queue = []
    for (const value of queue) output.collect(value)
    if (this.state === 'full') this.resume()
    return this.state === 'ended' && this.queue.length === 0 ? 'end' : 'wait'
  }

  close(): void {
    this.state = 'ended'
    this.resume()
    void this.iterator.return?.()?.catch(() => {})
  }

  private async read(): Promise<void> {
    for (;;) {
      const next = await this.iterator.next()
      if (this.hasEnded()) return
      if (next.done === true) break
      if (this.queue.push(next.value) === 1) this.context.wake()
      if (this.queue.length >= QUEUE_BATCHES_MAX * this.context.batchRows) await this.room()
    }
    this.state = 'ended'
    this.context.wake()
  }

  private hasEnded(): boolean {
    return this.state === 'ended'
  }

  private room(): Promise<void> {
    this.state = 'full'
    return new Promise((resolve) => {
      this.resume = () => {
        if (this.state === 'full') this.state = 'reading'
        resolve()
      }
    })
  }
}
