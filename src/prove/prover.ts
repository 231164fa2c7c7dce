import {statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {threadId} from 'node:worker_threads'
import type {ProgramJob} from '../api/index.js'
import {Configuration} from '../config/index.js'
import {assert, FtsError, jobId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import {finishedJob, loadJob} from '../job/index.js'
import {SeededRandom} from '../platform/index.js'
import {checkProvable} from './check-provable.js'
import {type ComparedHow, compareOutcomes, isAllowed, type SinkDifference} from './compare.js'
import {type FaultPlan, NO_FAULTS, planFaults, STANDBY_WITHOUT_FAULTS} from './fault-plan.js'
import {findCulprit} from './find-culprit.js'
import {OperatorLedger} from './operator-ledger.js'
import type {ProofSubject} from './proof-subject.js'
import type {RunReport, Story, Survey} from './reports.js'
import {SimRun, type SimRunResult} from './sim-run.js'
import {UserCalls} from './user-calls.js'

/** Undisturbed runs that must agree before anything is said about others. Schedules that users count begin at 1. */
const UNDISTURBED_SEEDS = [0, -1, -2, -3]
/** Of these, the runs with a standby. */
const STANDBY_SEEDS = [-2, -3]

/** The program may lie above the engine. */
const ENGINE = fileURLToPath(new URL('..', import.meta.url))

type Looks = Pick<ConstructorParameters<typeof SimRun>[0], 'tap' | 'calls'>

/**
 * Runs a program's job from seeds, and says what differs and why.
 *
 *   load ─▶ survey (undisturbed runs) ─▶ tryRun(seed)* ─▶ explain(seed) of one that differs
 */
export class Prover {
  private survey_: Survey | undefined
  private runs = 0

  private constructor(
    private readonly subject: ProofSubject,
    private readonly jobName: string,
    private readonly graph: JobGraphSpec,
    private readonly inputBytes: number,
  ) {}

  /** Undefined: the program has no further job. Errors: those of the program; `user` from checkProvable. */
  static async load(subject: ProofSubject): Promise<Prover | undefined> {
    const job = await loadJob(subject.start, defaultsOf(subject), subject.past)
    if (job === undefined) return undefined
    const graph = await job.plan(jobId(''))
    checkProvable(job, graph, subject)
    return new Prover(subject, job.name, graph, inputBytesOf(graph, subject.sample))
  }

  /** Takes over what another prover of the same subject found. */
  adopt(survey: Survey): void {
    this.survey_ = survey
  }

  /** Runs the job undisturbed, a few times. Errors: what fails the job. */
  async survey(): Promise<Survey> {
    const [first, ...others] = await this.undisturbed()
    if ([...first.outcome.values()].every(({records}) => records.length === 0)) throw nothingCame()
    const how = this.comparedHow([first, ...others])
    const unstable = others.findIndex((one) => compareOutcomes(first.outcome, one.outcome, how).length > 0)
    const survey: Survey = {
      jobName: this.jobName,
      outcome: first.outcome,
      past: finishedJob(first.result!, first.collected),
      how,
      counts: {alone: first.steps.counts, withStandby: others[others.length - 1].steps.counts},
      ...(unstable < 0 ? {} : {unstable: await this.explainUnstable(first, UNDISTURBED_SEEDS[unstable + 1])}),
    }
    this.survey_ = survey
    return survey
  }

  async tryRun(seed: number): Promise<RunReport> {
    const run = await this.run(seed, this.planOf(seed))
    const differences = this.differencesOf(run)
    return {
      seed,
      isRight: run.failure === undefined && differences.every((one) => this.allows(one)),
      doubledSinks: differences.filter(({doubled}) => doubled.count > 0).map(({sink}) => sink),
      faults: run.done.map(({fault}) => `${fault.kind} after ${fault.step}`),
      trace: run.steps.trace,
      checkpoints: run.checkpoints,
      restarts: run.restarts,
      takeovers: run.takeovers,
      commitsAgain: run.commitsAgain,
    }
  }

  /** The story of a seed whose run differs: with no more faults than it needs, and where the difference begins. */
  async explain(seed: number): Promise<Story> {
    const plan = await this.shrink(seed, this.planOf(seed))
    const ledger = new OperatorLedger()
    const calls = this.userCalls()
    const run = await this.run(seed, plan, {tap: ledger, calls})
    const differences = this.differencesOf(run).filter((one) => !this.allows(one))
    const undisturbed = await this.ledgersOf([seed, ...UNDISTURBED_SEEDS])
    const {failure} = run
    const culprit = findCulprit(this.graph, {ledger, undisturbed, differences})
    return {
      seed,
      faults: run.done,
      hasMessageFaults: plan.loses + plan.doubles > 0,
      differences,
      ...(failure === undefined ? {} : {failure: failure.message}),
      ...(culprit === undefined ? {} : {culprit}),
      calls: calls.all,
    }
  }

  private get surveyed(): Survey {
    if (this.survey_ === undefined) throw new Error('survey or adopt comes first')
    return this.survey_
  }

  private async undisturbed(): Promise<SimRunResult[]> {
    const results: SimRunResult[] = []
    for (const seed of UNDISTURBED_SEEDS) {
      const run = await this.run(seed, undisturbedPlan(seed))
      if (run.failure !== undefined) throw jobFailed(run.failure)
      results.push(run)
    }
    return results
  }

  private comparedHow([first, ...others]: readonly SimRunResult[]): ComparedHow {
    const isOneLine = this.graph.vertices.every(({parallelism}) => parallelism === 1)
    const agree = others.every((one) => compareOutcomes(first.outcome, one.outcome, 'in order').length === 0)
    return isOneLine && agree ? 'in order' : 'without order'
  }

  private async explainUnstable(first: SimRunResult, seed: number): Promise<Story> {
    const ledger = new OperatorLedger()
    const calls = this.userCalls()
    const run = await this.run(seed, undisturbedPlan(seed), {tap: ledger, calls})
    const differences = compareOutcomes(first.outcome, run.outcome, 'without order')
    const undisturbed = await this.ledgersOf([UNDISTURBED_SEEDS[0]])
    const culprit = findCulprit(this.graph, {ledger, undisturbed, differences})
    const common = {seed, faults: [], hasMessageFaults: false, differences, calls: calls.all}
    return culprit === undefined ? common : {...common, culprit}
  }

  /** Leaves out one fault after the other, as long as the run still differs. */
  private async shrink(seed: number, whole: FaultPlan): Promise<FaultPlan> {
    let plan = whole
    const quiet = {...plan, loses: 0, doubles: 0}
    if (plan.loses + plan.doubles > 0 && (await this.differs(seed, quiet))) plan = quiet
    for (const fault of whole.faults) {
      const fewer = {...plan, faults: plan.faults.filter((one) => one !== fault)}
      if (plan.faults.length > 1 && (await this.differs(seed, fewer))) plan = fewer
    }
    return plan
  }

  private async differs(seed: number, plan: FaultPlan): Promise<boolean> {
    const run = await this.run(seed, plan)
    return run.failure !== undefined || this.differencesOf(run).some((one) => !this.allows(one))
  }

  private async ledgersOf(seeds: readonly number[]): Promise<readonly OperatorLedger[]> {
    const ledgers: OperatorLedger[] = []
    for (const seed of seeds) {
      const ledger = new OperatorLedger()
      await this.run(seed, undisturbedPlan(seed), {tap: ledger})
      ledgers.push(ledger)
    }
    return ledgers
  }

  private differencesOf({outcome}: SimRunResult): readonly SinkDifference[] {
    return compareOutcomes(this.surveyed.outcome, outcome, this.surveyed.how)
  }

  private allows(difference: SinkDifference): boolean {
    return !this.subject.exactlyOnce && isAllowed(difference)
  }

  private planOf(seed: number): FaultPlan {
    return planFaults(new SeededRandom(seed).fork('faults'), this.surveyed.counts)
  }

  private userCalls(): UserCalls {
    const {path, entryPath} = this.subject.start
    // With source maps a frame names the program's own files, without them the bundle.
    const places = [path, dirname(entryPath)]
    const isOthers = (frame: string) => frame.includes('node_modules') || frame.includes(ENGINE)
    return new UserCalls((frame) => !isOthers(frame) && places.some((place) => frame.includes(place)))
  }

  private async loadAgain(): Promise<ProgramJob> {
    const {subject} = this
    const job = await loadJob(subject.start, defaultsOf(subject), subject.past)
    assert(job !== undefined, 'each load of a program executes the same jobs', {past: subject.past.length})
    return job
  }

  private run(seed: number, plan: FaultPlan, looks: Looks = {}): Promise<SimRunResult> {
    const {subject, graph, inputBytes} = this
    // Other threads run the same subject.
    const sandbox = join(subject.sandbox, `run-${threadId}-${this.runs++}`)
    const sample = subject.sample ?? new Uint8Array(0)
    return new SimRun({seed, plan, graph, inputBytes, sample, sandbox, loadJob: () => this.loadAgain(), ...looks}).run()
  }
}

function undisturbedPlan(seed: number): FaultPlan {
  return STANDBY_SEEDS.includes(seed) ? STANDBY_WITHOUT_FAULTS : NO_FAULTS
}

function defaultsOf({parallelism, jobName, config}: ProofSubject) {
  return {parallelism, jobName, configuration: Configuration.fromEntries(config)}
}

function nothingCame(): FtsError {
  const message = 'the job puts out nothing: there is nothing to compare'
  return new FtsError(
    'user',
    'FTS_PROVE_NOTHING',
    message,
    {},
    {tryThis: 'Give it a sample from which something comes.'},
  )
}

function jobFailed(error: Parameters<typeof FtsError.fromData>[0]): FtsError {
  const {message, tryThis} = error
  return new FtsError(
    'restartable',
    'FTS_PROVE_JOB_FAILS',
    `the job fails without anything having gone wrong: ${message}`,
    {},
    tryThis === undefined ? {} : {tryThis},
  )
}

function inputBytesOf({vertices}: JobGraphSpec, sample: Uint8Array | undefined): number {
  const files = vertices.flatMap(({input}) => (input?.kind === 'files' ? input.files : []))
  return files.reduce((sum, {path, sizeBytes}) => sum + (sizeBytes || sizeNow(path)), sample?.length ?? 0)
}

function sizeNow(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.size ?? 0
}
