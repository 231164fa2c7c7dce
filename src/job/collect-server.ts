import {createServer, type Server, type Socket} from 'node:net'
import type {RecordReceiver} from '../api/index.js'
import type {Batch} from '../columns/index.js'
import {assert} from '../core/index.js'
import {createBatchDeserializer} from '../types/index.js'
import {MessageFrames} from './message-frames.js'

/**
 * Takes the records that collecting sinks send, and gives them to the program. A sink connects once; its first frame says which
 * collector it is for (uint32), the others are batches. The connection's end is the end of the records.
 */
export class CollectServer {
  private constructor(
    private readonly server: Server,
    private readonly receivers: readonly RecordReceiver[],
  ) {}

  static listen(path: string, receivers: readonly RecordReceiver[]): Promise<CollectServer> {
    const server = createServer((socket) => receiveFrom(socket, receivers))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => resolve(new CollectServer(server, receivers)))
    })
  }

  /** After the job's end: all has come, unless it failed. */
  close(error: unknown): Promise<void> {
    for (const receiver of this.receivers) receiver.end(error)
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}

function receiveFrom(socket: Socket, receivers: readonly RecordReceiver[]): void {
  const frames = new MessageFrames()
  const batches = createBatchDeserializer()
  let receiver: RecordReceiver | undefined
  socket.on('data', (bytes) => {
    for (const frame of frames.push(bytes)) {
      if (receiver === undefined) receiver = receivers[frame.readUInt32LE(0)]
      else if (!receiver.receive(recordsOf(batches.read(frame)))) {
        socket.pause()
        receiver.onRoom(() => socket.resume())
      }
    }
  })
  // How the job ended says it better.
  socket.on('error', () => {})
}

function recordsOf(batch: Batch): readonly unknown[] {
  assert(batch.kind === 'objects', 'records are collected', {actual: batch.kind})
  return batch.values.slice(0, batch.rowCount)
}
