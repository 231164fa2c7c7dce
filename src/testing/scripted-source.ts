import {MIN_TIMESTAMP_MS} from '../core/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SourceOperator} from '../operators/index.js'
import type {SeededChoices} from './seeded-choices.js'
import type {SourceScript} from './source-script.js'

/** The most records a poll gives; how many it does is left to the seed. */
const POLL_RECORDS_MAX = 6

/** The operator of a source that says what its script says: records and control elements in their order. */
export class ScriptedSource implements SourceOperator {
  private context!: OperatorContext
  private output!: Output
  private script!: SourceScript

  constructor(
    private readonly scripts: readonly SourceScript[],
    private readonly choices: SeededChoices,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.script = this.scripts[context.subtaskIndex]
    this.script.wake = () => context.wake()
  }

  /** The script knows how far it is, and outlives a restart. */
  snapshotState(): OperatorSnapshot {
    return {}
  }

  addSplit(): void {}

  noMoreSplits(): void {}

  wantsSplit(): boolean {
    return false
  }

  poll(): 'more' | 'wait' | 'end' {
    const {script} = this
    const event = script.peek()
    if (event === undefined) return script.hasEnded ? 'end' : 'wait'
    if (event.kind === 'record') this.giveRecords(1 + this.choices.below(POLL_RECORDS_MAX))
    else {
      script.skip()
      this.output.emitControl(event.element)
    }
    return 'more'
  }

  close(): void {
    this.script.wake = () => {}
  }

  private giveRecords(countMax: number): void {
    const {script} = this
    const values: unknown[] = []
    const timestamps: number[] = []
    for (let event = script.peek(); event?.kind === 'record' && values.length < countMax; event = script.peek()) {
      script.skip()
      values.push(event.value)
      timestamps.push(event.timestampMs ?? MIN_TIMESTAMP_MS)
    }
    this.context.metrics.add('sourceRecords', values.length)
    const batch = {kind: 'objects', rowCount: values.length, values} as const
    const hasTimes = timestamps.some((timestampMs) => timestampMs !== MIN_TIMESTAMP_MS)
    this.output.emit(hasTimes ? {...batch, timestamps: Float64Array.from(timestamps)} : batch)
  }
}
