import {assert, type Split} from '../../../core/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SourceOperator} from '../../../operators/index.js'
import type {Timers} from '../../../platform/index.js'
import {type LinesPosition, LinesSource, type LinesSourceConfig} from '../lines-source.js'
import type {OpenSplitOptions} from '../open-split.js'
import {restoredSplits, type SplitState, splitStates} from '../split-states.js'
import {type TailOptions, type TailPosition, TailReader} from './tail-reader.js'

/** What the split of a tailed file says, plain data: a `program` split. */
export type TailSplit = TailOptions

/** `source.tail`: files that grow, as blocks of whole lines. A split is a file, which never ends, so that all splits are read side by side. */
export class TailSource implements SourceOperator {
  private readonly tails: LinesSource[] = []
  private context!: OperatorContext
  private output!: Output
  private allSplitsAssigned = false
  /** Whose turn it is. */
  private next = 0

  constructor(
    private readonly config: LinesSourceConfig,
    private readonly timers: Timers,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    for (const state of restoredSplits<LinesPosition>(context)) this.add(state)
  }

  addSplit(split: Split): void {
    this.add({split})
  }

  snapshotState(): OperatorSnapshot {
    return {lists: [splitStates(this.tails.flatMap((tail) => tail.states()))]}
  }

  noMoreSplits(): void {
    this.allSplitsAssigned = true
  }

  wantsSplit(): boolean {
    return !this.allSplitsAssigned
  }

  poll(): 'more' | 'wait' | 'end' {
    const {tails} = this
    if (tails.length === 0 && this.allSplitsAssigned) return 'end'
    for (let i = 0; i < tails.length; i++) {
      this.next = (this.next + 1) % tails.length
      if (tails[this.next].poll() === 'more') return 'more'
    }
    return 'wait'
  }

  close(): void {
    for (const tail of this.tails) tail.close()
  }

  /** Each file has a source of its own; what is restored is given to them one by one. */
  private add(state: SplitState<LinesPosition>): void {
    const {restored: _all, ...context} = this.context
    const tail = new LinesSource(this.config, this.timers, openTail)
    tail.open(context, this.output)
    tail.addState(state)
    this.tails.push(tail)
  }
}

function openTail(
  split: Split,
  {timers, wake, resumePosition}: OpenSplitOptions,
  context: OperatorContext,
): TailReader {
  assert(split.kind === 'program', 'a tailing source gets splits that name a file', {actual: split.kind})
  const at = resumePosition === undefined ? {} : {resumeAt: resumePosition as TailPosition}
  return new TailReader(
    {...(split.data as TailSplit), ...at},
    {
      timers,
      wake,
      nowMs: () => context.nowMs(),
      report: (what) => context.report(what, 1),
    },
  )
}
