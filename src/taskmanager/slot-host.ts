import {getHeapStatistics} from 'node:v8'
import {FtsError} from '../core/index.js'
import {NodeTimers, type Timer} from '../platform/index.js'
import {SlotGauges} from './slot-gauges.js'
import type {FromSlotMessage, SlotSettings, SlotThreadData, ToSlotMessage} from './slot-message.js'
import {buildSlotServices, type SlotServices} from './slot-services.js'

/** How often the slot's own figures are brought up to date. */
const GAUGES_PERIOD_MS = 200

/** The thread's side of a slot: messages in, messages out. */
export class SlotHost {
  private readonly gauges: SlotGauges
  private readonly loadingMs: number
  private services: SlotServices | undefined
  private readonly waiting: ToSlotMessage[] = []
  private isStarting = false
  private gaugesTimer: Timer | undefined

  constructor(
    private readonly data: SlotThreadData,
    private readonly post: (message: FromSlotMessage) => void,
  ) {
    this.gauges = new SlotGauges(data.gaugesMemory)
    this.loadingMs = performance.now() - data.createdMs
  }

  receive(message: ToSlotMessage): void {
    if (message.kind === 'start') void this.start(message.settings)
    else if (this.isStarting) this.waiting.push(message)
    else this.handle(message)
  }

  private handle(message: ToSlotMessage): void {
    switch (message.kind) {
      case 'deploy':
        this.services?.slot.deploy(message.tasks)
        break
      case 'cancel':
        this.services?.slot.cancel(message.attemptId)
        break
      case 'assignSplits':
        this.services?.slot.assignSplits(message.attemptId, message.splits, message.noMoreSplits)
        break
      case 'close':
        void this.close()
    }
  }

  private async start(settings: SlotSettings): Promise<void> {
    const startMs = performance.now()
    this.isStarting = true
    try {
      this.services = await buildSlotServices(settings, {metricsMemory: this.data.metricsMemory, events: this.events})
      this.showGauges()
      this.gaugesTimer = new NodeTimers().every(GAUGES_PERIOD_MS, () => this.showGauges())
      this.post({kind: 'ready', initialisationMs: this.loadingMs + performance.now() - startMs})
    } catch (error) {
      this.post({kind: 'failed', error: FtsError.from(error).toData()})
    }
    this.isStarting = false
    for (const message of this.waiting.splice(0)) this.handle(message)
  }

  private readonly events = {
    taskStateChanged: (change) => this.post({kind: 'taskStateChanged', change}),
    requestSplit: (request) => this.post({kind: 'splitRequested', request}),
  } satisfies Parameters<typeof buildSlotServices>[1]['events']

  private async close(): Promise<void> {
    this.gaugesTimer?.cancel()
    const error = await this.closeServices()
    const hasPendingCalls = process.getActiveResourcesInfo().includes('FSReqCallback')
    this.post({kind: 'closed', hasPendingCalls, ...(error === undefined ? {} : {error: error.toData()})})
  }

  private async closeServices(): Promise<FtsError | undefined> {
    try {
      await this.services?.slot.close()
      this.services?.memory.verifyEmpty()
      return undefined
    } catch (error) {
      return FtsError.from(error)
    }
  }

  private showGauges(): void {
    const {services, gauges} = this
    if (services === undefined) return
    const {used, total} = services.shuffle.bufferUsage()
    gauges.set('managedUsedBytes', services.memory.totalBytes - services.memory.availableBytes)
    gauges.set('networkBuffersUsed', used)
    gauges.set('networkBuffersTotal', total)
    gauges.set('heapUsedBytes', getHeapStatistics().used_heap_size)
  }
}
