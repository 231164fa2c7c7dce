import {Worker} from 'node:worker_threads'
import {FtsError} from '../core/index.js'
import {TASK_METRICS_BYTES} from '../metrics/index.js'
import {TASKS_PER_SLOT_MAX} from '../task/index.js'
import {SLOT_GAUGES_BYTES, SlotGauges} from './slot-gauges.js'
import type {FromSlotMessage, SlotThreadData, ToSlotMessage} from './slot-message.js'

const MIB = 1024 * 1024

export interface SlotThreadOptions {
  readonly taskManagerId: string
  readonly slotIndex: number
  /** The worker's entry. */
  readonly file: string
  readonly heapBytes: number
  received(message: FromSlotMessage): void
  /** The thread has ended without having been asked to. */
  lost(error: FtsError): void
  /** What code in the thread writes to its console: never to the process's stdout, which belongs to sinks. */
  wrote(bytes: Uint8Array): void
}

/** The main thread's side of a slot: its worker thread and the memory they share. */
export class SlotThread {
  readonly gauges: SlotGauges
  readonly metricsMemory = new SharedArrayBuffer(TASKS_PER_SLOT_MAX * TASK_METRICS_BYTES)
  private readonly worker: Worker
  private error: Error | undefined
  private isWanted = true

  constructor(private readonly options: SlotThreadOptions) {
    const gaugesMemory = new SharedArrayBuffer(SLOT_GAUGES_BYTES)
    this.gauges = new SlotGauges(gaugesMemory)
    const workerData: SlotThreadData = {metricsMemory: this.metricsMemory, gaugesMemory, createdMs: performance.now()}
    this.worker = new Worker(options.file, {
      workerData,
      // Else Node would open the process's own streams, which may change what inherited descriptors do for others.
      stdout: true,
      stderr: true,
      resourceLimits: {maxOldGenerationSizeMb: Math.floor(options.heapBytes / MIB)},
    })
    this.listen()
  }

  get heapBytes(): number {
    return this.options.heapBytes
  }

  post(message: ToSlotMessage): void {
    this.worker.postMessage(message)
  }

  /** Ends the thread at once; nobody hears of it. */
  terminate(): void {
    this.isWanted = false
    void this.worker.terminate()
  }

  private listen(): void {
    const {worker, options} = this
    worker.on('message', (message: FromSlotMessage) => {
      if (this.isWanted) options.received(message)
    })
    worker.on('error', (error) => {
      this.error = error
    })
    worker.once('exit', (code) => {
      if (this.isWanted) options.lost(this.whyLost(code))
    })
    worker.stdout.on('data', options.wrote)
    worker.stderr.on('data', options.wrote)
  }

  private whyLost(exitCode: number): FtsError {
    const {taskManagerId, slotIndex, heapBytes} = this.options
    const details = {taskManagerId, slotIndex, exitCode}
    if ((this.error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return new FtsError(
        'restartable',
        'FTS_SLOT_OUT_OF_MEMORY',
        `slot ${slotIndex} of ${taskManagerId} ran out of heap: its code needed more than ${Math.floor(heapBytes / MIB)} MiB`,
        {...details, heapBytes},
        {tryThis: 'Raise taskmanager.memory.flink.size, or lower taskmanager.memory.managed.fraction.'},
      )
    const why = this.error?.message ?? `exit code ${exitCode}`
    return new FtsError(
      'restartable',
      'FTS_SLOT_LOST',
      `the thread of slot ${slotIndex} of ${taskManagerId} ended: ${why}`,
      details,
      {cause: this.error},
    )
  }
}
