import type {ProgramJob} from '../api/index.js'
import {ProgramSink} from '../connectors/index.js'
import {observedSink, type SinkObserver} from './observed-sink.js'
import type {OutcomeRecorder} from './outcome-recorder.js'
import type {SimProcess} from './sim-process.js'
import type {Pace} from './sim-site.js'

type Place = Omit<Parameters<ProgramJob['functions']>[0], 'timers' | 'collectAddress'>

/** What a program's operators find in a simulated slot: files go elsewhere, sinks are watched, sources give a little at once. */
export class ProgramPlaces {
  commitsAgain = 0
  readonly making = {operatorId: ''}
  /** What `executeAndCollect` was given, by collector. */
  readonly collected: unknown[][] = []
  private readonly committedIds = new Set<string>()

  constructor(
    private readonly outputs: OutcomeRecorder,
    private readonly pace: Pace,
  ) {}

  /** For one load of the program. */
  of(process: SimProcess): Place {
    const {batchRows, batchBytes} = this.pace
    return {
      sourceBatch: {rows: batchRows, bytes: batchBytes},
      outputPath: (path) => this.outputs.outputPath(path),
      observeSink: (sink, name) =>
        observedSink(sink, this.observer(this.making.operatorId, name, process), this.committedIds),
      collectHere: (collector) => {
        const name = `executeAndCollect ${collector + 1}`
        const observer = this.observer(name, name, process)
        const kept = (this.collected[collector] ??= [])
        return new ProgramSink(observedSink((value) => void kept.push(value), observer, this.committedIds))
      },
    }
  }

  /** What a dead process still does is not seen by anybody. */
  private observer(key: string, name: string, process: SimProcess): SinkObserver {
    const {outputs} = this
    let guarantee: Parameters<SinkObserver['declare']>[0] = 'at least once'
    return {
      declare: (declared) => {
        guarantee = declared
        outputs.sink(key, {name, guarantee})
      },
      committed: (records) => {
        if (process.isAlive) outputs.sink(key, {name, guarantee}).records.push(...records)
      },
      committedAgain: () => {
        this.commitsAgain += 1
      },
    }
  }
}
