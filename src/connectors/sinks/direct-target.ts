import type {ByteChannel} from './byte-channel.js'
import type {SinkTarget} from './sink-target.js'

/** Standard output, a device or a named pipe: what is written is out, there is nothing to complete. */
export class DirectTarget implements SinkTarget {
  readonly gatherBytes = 0

  constructor(
    readonly name: string,
    readonly channel: ByteChannel,
  ) {}

  complete(completed: (error?: Error) => void): void {
    completed()
  }

  close(): void {
    this.channel.close()
  }
}
