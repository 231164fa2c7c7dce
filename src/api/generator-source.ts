import type {Source, SourceReader, SourceReaderContext} from '../connectors/index.js'
import {knownOptions} from './known-options.js'
import {wholeNumber} from './operator-settings.js'

export interface GeneratorOptions {
  /** How many records, in all. Default: no end. */
  readonly count?: number
  /** Records a second, over all subtasks. Default: as fast as they can be made. */
  readonly ratePerSecond?: number
}

const RECORDS_PER_POLL = 512
/** With a rate, records come in portions, this often. */
const PORTION_MS = 10

/** Subtask i of n makes the records i, i + n, i + 2n, … Errors: `user` FTS_BAD_SETTING. */
export function generatorSource<T>(make: (index: number) => T, options: GeneratorOptions): Source<T, number> {
  const {count, ratePerSecond} = knownOptions('fromGenerator', options, ['count', 'ratePerSecond'])
  if (count !== undefined) wholeNumber('count of fromGenerator', count, 0)
  if (ratePerSecond !== undefined) wholeNumber('ratePerSecond of fromGenerator', ratePerSecond, 1)
  return {
    bounded: count !== undefined,
    splits: ({parallelism}) => Array.from({length: parallelism}, (_, first) => first),
    read: (first, context) =>
      new GeneratorReader(make, {first, end: count ?? Number.MAX_SAFE_INTEGER, ratePerSecond}, context),
  }
}

class GeneratorReader<T> implements SourceReader<T> {
  private next: number
  private made = 0
  private readonly startMs: number
  private readonly perMs: number
  private readonly recordsPerPoll: number

  constructor(
    private readonly make: (index: number) => T,
    private readonly range: {readonly first: number; readonly end: number; readonly ratePerSecond: number | undefined},
    private readonly context: SourceReaderContext,
  ) {
    this.next = range.first
    this.startMs = context.nowMs()
    this.recordsPerPoll = Math.min(context.batchRows, RECORDS_PER_POLL)
    this.perMs = (range.ratePerSecond ?? Number.POSITIVE_INFINITY) / 1000 / context.parallelism
  }

  poll(output: Parameters<SourceReader<T>['poll']>[0]): 'more' | 'wait' | 'end' {
    const {make, range, context} = this
    const due = this.due()
    for (let i = 0; i < due && this.next < range.end; i++) {
      output.collect(make(this.next))
      this.next += context.parallelism
      this.made += 1
    }
    if (this.next >= range.end) return 'end'
    if (due === this.recordsPerPoll) return 'more'
    context.wakeAfter(Math.max(PORTION_MS, 1 / this.perMs))
    return 'wait'
  }

  /** Records that may be made now. */
  private due(): number {
    if (this.perMs === Number.POSITIVE_INFINITY) return this.recordsPerPoll
    // The first comes at once.
    const allowed = Math.floor((this.context.nowMs() - this.startMs) * this.perMs) + 1 - this.made
    return Math.max(0, Math.min(this.recordsPerPoll, allowed))
  }
}
