import {connect, type Socket} from 'node:net'
import type {Batch} from '../../columns/index.js'
import {FtsError} from '../../core/index.js'
import type {Operator, OperatorContext} from '../../operators/index.js'
import {createBatchSerializer} from '../../types/index.js'

/** Sends records to the program that waits for them; see job/README.md for the frames. */
export class CollectSink implements Operator {
  private context!: OperatorContext
  private socket: Socket | undefined
  private readonly batches = createBatchSerializer({channelName: 'executeAndCollect'})
  private state: 'open' | 'ending' | 'ended' = 'open'

  constructor(
    private readonly address: string,
    private readonly collectorIndex: number,
  ) {}

  open(context: OperatorContext): void {
    this.context = context
    const socket = connect(this.address)
    this.socket = socket
    socket.on('drain', () => context.wake())
    socket.once('error', (error) => this.failed(error))
    const index = Buffer.alloc(4)
    index.writeUInt32LE(this.collectorIndex)
    this.send(index)
  }

  processBatch(batch: Batch): void {
    this.batches.append(batch, undefined, batch.rowCount)
    this.send(this.batches.take())
    this.context.metrics.add('sinkRecords', batch.rowCount)
  }

  drain(): boolean {
    return this.socket?.writableNeedDrain !== true
  }

  finish(): boolean {
    if (this.state === 'open') {
      this.state = 'ending'
      this.socket?.end(() => {
        this.state = 'ended'
        this.context.wake()
      })
    }
    return this.hasEnded()
  }

  close(): void {
    const {socket} = this
    this.socket = undefined
    socket?.destroy()
  }

  private hasEnded(): boolean {
    return this.state === 'ended'
  }

  private send(payload: Uint8Array): void {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(payload.length)
    this.socket?.cork()
    this.socket?.write(length)
    // The serializer uses its memory again.
    this.socket?.write(Buffer.from(payload))
    this.socket?.uncork()
    this.context.metrics.add('sinkBytes', payload.length)
  }

  /** The program takes no more records, or is gone. */
  private failed(cause: Error): void {
    if (this.socket === undefined) return
    const message = 'the program that collects the records takes no more'
    this.context.fail(new FtsError('fatal', 'FTS_OUTPUT_CLOSED', message, {output: 'executeAndCollect'}, {cause}))
  }
}
