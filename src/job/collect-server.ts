import {createServer, type Server, type Socket} from 'node:net'
import type {RecordReceiver} from '../api/index.js'
import {createBatchDeserializer} from '../types/index.js'
import {MessageFrames} from './message-frames.js'
import {recordsOf} from './records-of.js'

/** What else is done with what comes. */
export interface CollectListener {
  collected(collectorIndex: number, frame: Uint8Array): void
  collectorEnded(collectorIndex: number): void
}

/**
 * Takes the records that collecting sinks send, and gives them to the program. A sink connects once; its first frame says which
 * collector it is for (uint32), the others are batches. The connection's end is the end of the records.
 */
export class CollectServer {
  private readonly server: Server
  /** Collectors whose connection is open. */
  private readonly open = new Set<number>()
  private jobHasEnded = false
  /** Of connections whose program has not taken what came. */
  private readonly paused = new Set<Socket>()

  private constructor(
    private readonly receivers: readonly RecordReceiver[],
    private readonly listener: CollectListener,
  ) {
    this.server = createServer((socket) => this.receiveFrom(socket))
  }

  static listen(path: string, receivers: readonly RecordReceiver[], listener: CollectListener): Promise<CollectServer> {
    const collecting = new CollectServer(receivers, listener)
    const {server} = collecting
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => resolve(collecting))
    })
  }

  /**
   * After the job's end. If it failed, nothing more comes; else records end where their connection does: what has been sent may still be on
   * its way, or wait for the program to take it.
   */
  close(error: unknown): void {
    this.jobHasEnded = true
    this.server.close()
    for (const [index, receiver] of this.receivers.entries()) {
      if (error !== undefined) receiver.end(error)
      else if (!this.open.has(index)) this.end(index)
    }
    // Nobody may come for these any more: they do not keep the process alive.
    for (const socket of this.paused) socket.unref()
  }

  private receiveFrom(socket: Socket): void {
    const frames = new MessageFrames()
    const batches = createBatchDeserializer()
    let index: number | undefined
    socket.on('data', (bytes) => {
      for (const frame of frames.push(bytes)) {
        if (index === undefined) {
          index = frame.readUInt32LE(0)
          this.open.add(index)
          continue
        }
        this.listener.collected(index, frame)
        const receiver = this.receivers[index]
        if (!receiver.receive(recordsOf(batches.read(frame)))) this.pause(socket, receiver)
      }
    })
    socket.on('close', () => index !== undefined && this.closed(index))
    // How the job ended says it better.
    socket.on('error', () => {})
  }

  private pause(socket: Socket, receiver: RecordReceiver): void {
    socket.pause()
    this.paused.add(socket)
    if (this.jobHasEnded) socket.unref()
    receiver.onRoom(() => {
      this.paused.delete(socket)
      socket.ref()
      socket.resume()
    })
  }

  /** The end of a connection is that of the records only if the job ends well, too: the task may have failed. */
  private closed(index: number): void {
    this.open.delete(index)
    if (this.jobHasEnded) this.end(index)
  }

  private end(index: number): void {
    this.listener.collectorEnded(index)
    this.receivers[index].end()
  }
}
