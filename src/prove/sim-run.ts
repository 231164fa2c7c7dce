import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {ProgramJob} from '../api/index.js'
import {writeWholeJournal} from '../connectors/index.js'
import {type ErrorData, FtsError, jobId, taskManagerId} from '../core/index.js'
import {type JobGraphSpec, slotsRequired} from '../graph/index.js'
import type {JobResult} from '../metrics/index.js'
import {SeededRandom} from '../platform/index.js'
import type {Fault, FaultPlan} from './fault-plan.js'
import {LEASE_MS} from './master-configuration.js'
import {MessageFaults} from './message-faults.js'
import type {Outcome} from './outcome.js'
import {OutcomeRecorder} from './outcome-recorder.js'
import {ProgramPlaces} from './program-places.js'
import type {ByteTravel} from './sim-byte-connection.js'
import {SimDisk} from './sim-disk.js'
import {SimLoneMaster} from './sim-lone-master.js'
import type {SimMaster, SimMasterOptions} from './sim-master.js'
import {SimNet} from './sim-net.js'
import {SimProcess} from './sim-process.js'
import type {Pace, SimSite} from './sim-site.js'
import {SimStandbyMaster} from './sim-standby-master.js'
import {SimTaskManager} from './sim-task-manager.js'
import {SimTransport} from './sim-transport.js'
import {SimWorld} from './sim-world.js'
import {Steps} from './steps.js'
import type {Tap} from './tap.js'
import type {UserCalls} from './user-calls.js'
import {virtualGlobals} from './virtual-globals.js'

const RUN_DIRECTORY = '/run'
/** A TaskManager is there so long after it was started, at most. */
const STARTUP_MS_MAX = 20
/** Half of the leaders that are stopped are taken over meanwhile. */
const STOPPED_MS_MAX = 2 * LEASE_MS
/** A run that takes more entries of the queue than so many does not end. */
const STEPS_MAX = 400_000
/** More than any faults can cause. */
const RESTARTS_MAX = 50
const WHOLE = 0.8
const PIECE_BYTES_MAX = 2048
const JOB_ID = jobId('0123456789abcdef0123456789abcdef')

export interface SimRunOptions {
  readonly seed: number
  readonly plan: FaultPlan
  /** With inputs. */
  readonly graph: JobGraphSpec
  /** Bytes of the inputs, as far as they are known. */
  readonly inputBytes: number
  /** What standard input and sockets give. */
  readonly sample: Uint8Array
  /** A folder of its own; removed at the end. */
  readonly sandbox: string
  readonly tap?: Tap
  /** Hears which lines ask for time or chance. */
  readonly calls?: UserCalls
  loadJob(): Promise<ProgramJob>
}

/** A fault that happened. */
export interface FaultDone {
  readonly fault: Fault
  /** What it hit, for people. */
  readonly hit: string
  readonly atMs: number
}

export interface SimRunResult {
  /** What failed the job; a job that does not end, either. */
  readonly failure: ErrorData | undefined
  /** Undefined: the job did not end. */
  readonly result: JobResult | undefined
  /** What `executeAndCollect` was given, by collector. */
  readonly collected: readonly (readonly unknown[])[]
  readonly outcome: Outcome
  readonly done: readonly FaultDone[]
  readonly steps: Steps
  /** Simulated. */
  readonly durationMs: number
  readonly checkpoints: number
  readonly restarts: number
  /** How often another JobManager has gone on with the job. */
  readonly takeovers: number
  readonly commitsAgain: number
}

/**
 * One run of a job on a simulated cluster, from a seed: the engine's JobManager, TaskExecutors, tasks, operators, shuffle, coordinator and files
 * of state; simulated are time, processes, sockets, and the disk that checkpoints lie on.
 */
export class SimRun {
  private readonly world = new SimWorld()
  private readonly random: SeededRandom
  private readonly site: SimSite
  private readonly steps = new Steps()
  private readonly faults: MessageFaults
  private readonly taskManagers: SimTaskManager[] = []
  private readonly places: ProgramPlaces
  private readonly due: Fault[] = []
  private readonly done: FaultDone[] = []
  private readonly slotsEach: number
  private randoms = 0
  private master: SimMaster | undefined

  constructor(private readonly options: SimRunOptions) {
    const {seed, sandbox, plan, graph} = options
    const random = new SeededRandom(seed)
    this.random = random.fork('run')
    const pace = paceOf(random.fork('pace'), options)
    const {world, steps} = this
    const net = {world, random: random.fork('net'), delayMsMax: pace.messageMsMax}
    const outputs = new OutcomeRecorder(join(sandbox, 'out'))
    this.places = new ProgramPlaces(outputs, pace)
    this.faults = new MessageFaults(random.fork('messages'), plan)
    this.slotsEach = random.fork('cluster').pick([1, slotsRequired(graph).total])
    this.site = {
      world,
      random: random.fork('tasks'),
      newRandom: (purpose) => random.fork(`${purpose} ${this.randoms++}`),
      pace,
      steps,
      disk: new SimDisk({random: random.fork('disk'), steps, delayMsMax: pace.messageMsMax, sandbox}),
      net: new SimNet(net),
      transport: new SimTransport(travelOf(world, random.fork('data'), pace)),
      outputs,
      ...(options.tap === undefined ? {} : {tap: options.tap}),
      loadJob: options.loadJob,
      place: (process) => this.places.of(process),
      making: this.places.making,
    }
    steps.listen((what, occurrence) => this.stepped(what, occurrence))
  }

  async run(): Promise<SimRunResult> {
    const {world, options} = this
    mkdirSync(join(options.sandbox, 'out'), {recursive: true})
    const chance = new SeededRandom(options.seed).fork('program')
    const restore = virtualGlobals(world, chance, options.calls?.note)
    try {
      const result = await this.runJob()
      return {
        failure:
          result?.error ?? (result === undefined ? endless(options.seed, world.monotonicMs()).toData() : undefined),
        result,
        collected: this.places.collected,
        outcome: this.site.outputs.outcome(),
        done: this.done,
        steps: this.steps,
        durationMs: world.monotonicMs(),
        checkpoints: result?.view.checkpoints?.completed ?? 0,
        restarts: result?.view.restarts ?? 0,
        takeovers: this.master?.takeovers ?? 0,
        commitsAgain: this.places.commitsAgain,
      }
    } finally {
      restore()
      rmSync(options.sandbox, {recursive: true, force: true})
    }
  }

  private async startMaster(): Promise<SimMaster> {
    const {slotsEach, options} = this
    const graph = this.graph()
    const masterOptions: SimMasterOptions = {
      site: this.site,
      random: this.random.fork('master'),
      runDirectory: RUN_DIRECTORY,
      graph,
      taskManagerCount: Math.ceil(slotsRequired(graph).total / slotsEach),
      slotsEach,
      startTaskManagers: (count, leaderFolder) => this.startTaskManagers(count, leaderFolder),
      killTaskManager: (id) => this.taskManagers.find((one) => one.id === id)?.kill(),
      keepJournal: (folder) => writeWholeJournal(folder, options.sample),
    }
    return options.plan.hasStandby ? SimStandbyMaster.start(masterOptions) : SimLoneMaster.start(masterOptions)
  }

  /** Undefined: the job does not end. */
  private async runJob(): Promise<JobResult | undefined> {
    let result: JobResult | undefined
    void this.startMaster().then(async (master) => {
      this.master = master
      result = await master.result
    })
    await this.world.settle()
    for (;;) {
      const goesOn = await this.world.step()
      if (result !== undefined) return result
      for (const fault of this.due.splice(0)) this.happen(fault)
      if (!goesOn || this.world.steps > STEPS_MAX) return undefined
    }
  }

  /** The job's own settings, but for what the simulation decides. */
  private graph(): JobGraphSpec {
    const {graph, sandbox} = this.options
    const {checkpointIntervalMs} = this.site.pace
    return {
      ...graph,
      jobId: JOB_ID,
      config: {
        ...graph.config,
        'execution.checkpointing.interval': `${checkpointIntervalMs}ms`,
        'execution.checkpointing.min-pause': '0ms',
        'execution.checkpointing.timeout': '5s',
        'execution.checkpointing.dir': join(sandbox, 'checkpoints'),
        ...this.recovery(),
      },
    }
  }

  /** Where nothing goes wrong, what fails is the program; else it is restarted, but not for ever: it may fail by what it is restored to. */
  private recovery(): Readonly<Record<string, string>> {
    const {plan} = this.options
    if (plan.faults.length === 0) return {'restart-strategy.type': 'none'}
    return {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': String(RESTARTS_MAX),
      'restart-strategy.fixed-delay.delay': '20ms',
      'execution.checkpointing.tolerable-failed-checkpoints': plan.loses > 0 ? '1000' : '0',
    }
  }

  private startTaskManagers(count: number, leaderFolder: string | undefined): readonly string[] {
    return Array.from({length: Math.max(0, count)}, () => this.startTaskManager(leaderFolder).id)
  }

  private startTaskManager(leaderFolder: string | undefined): SimTaskManager {
    const {site, world, slotsEach} = this
    const id = taskManagerId(`tm-${this.taskManagers.length + 1}`)
    const taskManager = new SimTaskManager({
      taskManagerId: id,
      process: new SimProcess(id, world),
      slotCount: slotsEach,
      site,
      faults: this.faults,
      socket: `${RUN_DIRECTORY}/jm.sock`,
      leaderFolder,
      exited: (exit) => this.master?.taskManagerExited(id, exit),
    })
    this.taskManagers.push(taskManager)
    world.after(this.random.next() * STARTUP_MS_MAX, () => void taskManager.start())
    return taskManager
  }

  // ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private stepped(what: string, occurrence: number): void {
    for (const fault of this.options.plan.faults)
      if (fault.step === what && fault.occurrence === occurrence) this.due.push(fault)
  }

  private happen(fault: Fault): void {
    const hit = this.hit(fault)
    if (hit !== undefined) this.done.push({fault, hit, atMs: this.world.monotonicMs()})
  }

  /** Undefined: there was nothing to hit. */
  private hit({kind, step, occurrence}: Fault): string | undefined {
    // Which one is hit depends on the fault alone: without another fault it hits the same.
    const chance = new SeededRandom(this.options.seed).fork(`${kind} ${step} ${occurrence}`)
    if (kind === 'kill the JobManager') return this.master?.kill() ? 'the leader' : undefined
    if (kind === 'stop the JobManager')
      return this.master?.stop(chance.next() * STOPPED_MS_MAX) ? 'the leader' : undefined
    const busy = this.taskManagers.filter(({isAlive, isBusy}) => isAlive && isBusy)
    if (busy.length === 0) return undefined
    if (kind === 'fill the disk') {
      this.site.disk.fill(2)
      return 'the disk'
    }
    const victim = chance.pick(busy)
    if (kind === 'kill a TaskManager') victim.kill()
    else if (!(kind === 'end a slot' ? victim.loseSlot() : victim.failTask())) return undefined
    return victim.id
  }
}

/** So that a small input has some checkpoints in the middle, and not the same in each run. */
function paceOf(random: SeededRandom, {inputBytes}: SimRunOptions): Pace {
  const polls = random.pick([8, 25, 60, 120])
  const stepMsMax = random.pick([0.5, 1, 2])
  const readingMs = (polls * stepMsMax) / 2
  return {
    stepMsMax,
    messageMsMax: random.pick([0.2, 1, 3]),
    checkpointIntervalMs: Math.min(40, Math.max(2, Math.round(readingMs / random.pick([2, 4, 8])))),
    batchBytes: Math.min(65_536, Math.max(16, Math.ceil(inputBytes / polls))),
    batchRows: random.pick([1, 3, 10, 40]),
    cacheBytes: random.pick([1000, 20_000, 1_000_000]),
  }
}

/** Most writes arrive in one piece. */
function travelOf(world: SimWorld, random: SeededRandom, {messageMsMax}: Pace): ByteTravel {
  return {
    later: (run) => void world.after(random.next() * messageMsMax, run),
    soon: (run) => void world.after(0, run),
    pieceBytes: () => (random.chance(WHOLE) ? Number.POSITIVE_INFINITY : random.int(1, PIECE_BYTES_MAX)),
  }
}

function endless(seed: number, nowMs: number): FtsError {
  return new FtsError(
    'user',
    'FTS_PROVE_ENDLESS',
    `the job has not ended after ${Math.round(nowMs)} simulated milliseconds (seed ${seed})`,
    {seed},
    {tryThis: 'It is to end by itself: give its sources an end, and its input a smaller sample.'},
  )
}
