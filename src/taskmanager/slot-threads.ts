import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {FtsError} from '../core/index.js'
import type {MemoryDivision} from '../memory/index.js'
import type {FromSlotMessage, SlotSettings, ToSlotMessage} from './slot-message.js'
import {SlotThread} from './slot-thread.js'
import type {TaskManagerSettings} from './task-manager-arguments.js'

export interface SlotThreadsOptions {
  readonly taskManagerId: string
  readonly runDirectory: string
  /** The worker's entry. */
  readonly workerFile: string
  /** Told of tasks and splits. */
  received(
    slotIndex: number,
    message: Extract<
      FromSlotMessage,
      {kind: 'taskStateChanged' | 'splitRequested' | 'checkpointReported' | 'watermarkReported'}
    >,
  ): void
  /** A thread that was ready has ended. */
  lost(slotIndex: number, error: FtsError): void
  /** A thread could not be made ready: there is no use in going on. */
  failed(error: FtsError): void
  /** What a thread writes to its console, and what is wrong at its end. */
  wrote(text: string): void
}

/** What all threads are started with. */
export interface SlotThreadsStart extends TaskManagerSettings {
  readonly division: MemoryDivision
  /** The budget was given, so that threads must not have another. */
  readonly isBudgetGiven: boolean
  readonly wordModule: WebAssembly.Module | undefined
}

/**
 * The slots' threads. Some may be made before it is known how many are needed: they load their code meanwhile.
 *
 *   warm ─▶ start ─▶ (ready) ─▶ … replace … ─▶ close
 */
export class SlotThreads {
  private readonly threads: SlotThread[] = []
  private readonly readyMs = new Map<number, number>()
  private readonly closedSlots = new Map<number, {readonly hasPendingCalls: boolean}>()
  private startedWith: SlotThreadsStart | undefined
  private whenReady: (initialisationMs: number) => void = () => {}
  private whenClosed: () => void = () => {}

  constructor(private readonly options: SlotThreadsOptions) {}

  /** The threads by slot index, for the figures they share. */
  all(): readonly SlotThread[] {
    return this.threads
  }

  dataAddresses(slotCount: number): readonly string[] {
    const {runDirectory, taskManagerId} = this.options
    return Array.from({length: slotCount}, (_, slotIndex) => join(runDirectory, `${taskManagerId}-${slotIndex}.sock`))
  }

  /** Makes threads up to this number, which wait for `start`. */
  warm(count: number, heapBytes: number): void {
    while (this.threads.length < count) this.threads.push(this.makeThread(this.threads.length, heapBytes))
  }

  /** Resolves with the longest time a thread needed when all are ready; see `failed` for when they are not. */
  start(start: SlotThreadsStart): Promise<number> {
    this.startedWith = start
    const {slots, division} = start
    for (const surplus of this.threads.splice(slots)) surplus.terminate()
    for (const [slotIndex, thread] of this.threads.entries()) {
      if (!fits(thread.heapBytes, start)) this.renew(slotIndex)
    }
    this.warm(slots, division.taskHeapBytes)
    for (let slotIndex = 0; slotIndex < slots; slotIndex++) this.startThread(slotIndex, start)
    return new Promise((resolve) => {
      this.whenReady = resolve
    })
  }

  post(slotIndex: number, message: ToSlotMessage): void {
    this.threads[slotIndex].post(message)
  }

  /** A new thread in place of one that has ended; it listens on the same address. */
  replace(slotIndex: number): void {
    const start = this.startedWith
    if (start === undefined) return
    this.readyMs.delete(slotIndex)
    this.closedSlots.delete(slotIndex)
    rmSync(this.dataAddresses(start.slots)[slotIndex], {force: true})
    this.renew(slotIndex)
    this.startThread(slotIndex, start)
  }

  /** Asks all slots to close; resolves when all have, with whether a system call of theirs is still under way. */
  close(): Promise<{readonly hasPendingCalls: boolean}> {
    const closed = new Promise<void>((resolve) => {
      this.whenClosed = resolve
    })
    for (const thread of this.threads) thread.post({kind: 'close'})
    this.noteIfClosed()
    return closed.then(() => ({
      hasPendingCalls: [...this.closedSlots.values()].some(({hasPendingCalls}) => hasPendingCalls),
    }))
  }

  private makeThread(slotIndex: number, heapBytes: number): SlotThread {
    const {taskManagerId, workerFile, wrote} = this.options
    return new SlotThread({
      taskManagerId,
      slotIndex,
      file: workerFile,
      heapBytes,
      received: (message) => this.received(slotIndex, message),
      lost: (error) => this.lost(slotIndex, error),
      wrote: (bytes) => wrote(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')),
    })
  }

  private renew(slotIndex: number): void {
    this.threads[slotIndex].terminate()
    const heapBytes = this.startedWith?.division.taskHeapBytes ?? this.threads[slotIndex].heapBytes
    this.threads[slotIndex] = this.makeThread(slotIndex, heapBytes)
  }

  private startThread(slotIndex: number, start: SlotThreadsStart): void {
    const {taskManagerId, runDirectory} = this.options
    const settings: SlotSettings = {
      taskManagerId,
      slotIndex,
      runDirectory,
      dataAddress: this.dataAddresses(start.slots)[slotIndex],
      config: start.config,
      memory: start.division.perSlot,
      wordModule: start.wordModule,
    }
    this.threads[slotIndex].post({kind: 'start', settings})
  }

  private received(slotIndex: number, message: FromSlotMessage): void {
    switch (message.kind) {
      case 'ready':
        this.ready(slotIndex, message.initialisationMs)
        break
      case 'failed':
        this.options.failed(FtsError.fromData(message.error))
        break
      case 'closed':
        this.closed(slotIndex, message)
        break
      default:
        this.options.received(slotIndex, message)
        break
    }
  }

  private ready(slotIndex: number, initialisationMs: number): void {
    this.readyMs.set(slotIndex, initialisationMs)
    if (this.readyMs.size === this.startedWith?.slots) this.whenReady(Math.max(...this.readyMs.values()))
  }

  private closed(slotIndex: number, message: Extract<FromSlotMessage, {kind: 'closed'}>): void {
    if (message.error !== undefined) this.options.wrote(`slot ${slotIndex}: ${message.error.message}\n`)
    this.closedSlots.set(slotIndex, message)
    this.noteIfClosed()
  }

  private noteIfClosed(): void {
    if (this.closedSlots.size === this.threads.length) this.whenClosed()
  }

  private lost(slotIndex: number, error: FtsError): void {
    this.closedSlots.set(slotIndex, {hasPendingCalls: false})
    this.noteIfClosed()
    if (this.readyMs.has(slotIndex)) this.options.lost(slotIndex, error)
    else this.options.failed(error)
  }
}

/** A warm thread has the heap of a default budget. One that was derived for more slots only allows more. */
function fits(heapBytes: number, {division, isBudgetGiven}: SlotThreadsStart): boolean {
  return heapBytes === division.taskHeapBytes || (!isBudgetGiven && heapBytes < division.taskHeapBytes)
}
