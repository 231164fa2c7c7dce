import {getHeapStatistics} from 'node:v8'
import {Configuration} from '../config/index.js'
import {FtsError} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import {NodeTimers, type Timer} from '../platform/index.js'
import {barrierOf} from './barrier-of.js'
import {openSlotDebugger} from './slot-debugger.js'
import {SlotGauges} from './slot-gauges.js'
import type {FromSlotMessage, SlotSettings, SlotThreadData, ToSlotMessage} from './slot-message.js'
import {buildSlotServices, type SlotServices} from './slot-services.js'
import type {CheckpointMessage} from './task-executor-effect.js'

/** How often the slot's own figures are brought up to date. */
const GAUGES_PERIOD_MS = 200

/** The thread's side of a slot: messages in, messages out. */
export class SlotHost {
  private readonly gauges: SlotGauges
  private readonly loadingMs: number
  private services: SlotServices | undefined
  private readonly waiting: ToSlotMessage[] = []
  /** It starts, or loads a program: messages wait. */
  private isBusy = false
  private gaugesTimer: Timer | undefined
  private slotIndex = 0

  constructor(
    private readonly data: SlotThreadData,
    private readonly post: (message: FromSlotMessage) => void,
  ) {
    this.gauges = new SlotGauges(data.gaugesMemory)
    this.loadingMs = performance.now() - data.createdMs
  }

  receive(message: ToSlotMessage): void {
    if (message.kind === 'start') void this.start(message.settings)
    else if (this.isBusy) this.waiting.push(message)
    else this.handle(message)
  }

  private handle(message: ToSlotMessage): void {
    switch (message.kind) {
      case 'deploy':
        this.deploy(message.tasks)
        break
      case 'cancel':
        this.services?.slot.cancel(message.attemptId)
        break
      case 'assignSplits':
        this.services?.slot.assignSplits(message.attemptId, message.splits, message.noMoreSplits)
        break
      case 'watermarkLimit':
        this.services?.slot.watermarkLimit(message.attemptId, message.group, message.limitMs)
        break
      case 'checkpoint':
        this.checkpoint(message.message)
        break
      case 'close':
        void this.close()
    }
  }

  private async start(settings: SlotSettings): Promise<void> {
    const startMs = performance.now()
    this.isBusy = true
    this.slotIndex = settings.slotIndex
    try {
      this.services = await buildSlotServices(settings, {metricsMemory: this.data.metricsMemory, events: this.events})
      this.showGauges()
      this.gaugesTimer = new NodeTimers().every(GAUGES_PERIOD_MS, () => this.showGauges())
      this.post({kind: 'ready', initialisationMs: this.loadingMs + performance.now() - startMs})
    } catch (error) {
      this.post({kind: 'failed', error: FtsError.from(error).toData()})
    }
    this.handleWaiting()
  }

  /** One of them may be a deployment that makes the rest wait again. */
  private handleWaiting(): void {
    this.isBusy = false
    while (!this.isBusy && this.waiting.length > 0) this.handle(this.waiting.shift()!)
  }

  private deploy(tasks: readonly TaskDeployment[]): void {
    const program = tasks[0]?.jobModule
    const isLoaded = program === undefined || this.services?.programs.functionsOf(program) !== undefined
    if (isLoaded && this.services?.state.needsOpening(tasks) !== true) {
      this.services?.slot.deploy(tasks)
      return
    }
    this.isBusy = true
    void this.prepareAndDeploy(tasks)
  }

  private async prepareAndDeploy(tasks: readonly TaskDeployment[]): Promise<void> {
    try {
      await this.load(tasks[0])
      if (this.services?.state.needsOpening(tasks) === true) await this.services.state.open(tasks[0])
      this.services?.slot.deploy(tasks)
    } catch (thrown) {
      const error = FtsError.from(thrown).toData()
      for (const {attemptId} of tasks)
        this.events.taskStateChanged({attemptId, state: 'FAILED', metricsBlock: 0, error})
    }
    this.handleWaiting()
  }

  private async load({jobModule, config}: TaskDeployment): Promise<void> {
    const programs = this.services?.programs
    if (programs === undefined || jobModule === undefined || programs.functionsOf(jobModule) !== undefined) return
    await openSlotDebugger(Configuration.fromEntries(config), this.slotIndex)
    await programs.load(jobModule, config)
  }

  private checkpoint(message: CheckpointMessage): void {
    const {attemptId, checkpointId} = message
    const slot = this.services?.slot
    if (message.kind === 'checkpointCompleted') slot?.checkpointCompleted(attemptId, checkpointId)
    else if (message.kind === 'checkpointAborted') slot?.checkpointAborted(attemptId, checkpointId)
    else slot?.triggerCheckpoint(attemptId, barrierOf(message))
  }

  private readonly events = {
    taskStateChanged: (change) => this.post({kind: 'taskStateChanged', change}),
    checkpointReported: (report) => this.post({kind: 'checkpointReported', report}),
    requestSplit: (request) => this.post({kind: 'splitRequested', request}),
    watermarkReported: (attemptId, report) => this.post({kind: 'watermarkReported', attemptId, report}),
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
      await this.services?.state.close()
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
