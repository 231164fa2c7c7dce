import type {ObjectBatch} from '../../../columns/index.js'
import {FtsError} from '../../../core/index.js'
import type {OperatorContext, Output} from '../../../operators/index.js'
import type {BadRecord, BadRecordKind, BadRecordPolicy} from './bad-record.js'
import {shownText} from './shown-text.js'

interface Tally {
  count: number
  readonly example: string
}

export interface BadRecordLogOptions {
  readonly onError: BadRecordPolicy
  /** Id of the side output that gets them under `sideOutput`. */
  readonly tag: string
}

/** What one reading operator does with its bad records; see BadRecordPolicy. */
export class BadRecordLog {
  private readonly tallies = new Map<BadRecordKind, Tally>()
  private readonly isSideOutput: boolean
  private pending: BadRecord[] = []

  constructor(
    private readonly options: BadRecordLogOptions,
    private readonly context: OperatorContext,
    private readonly output: Output,
  ) {
    this.isSideOutput = options.onError === 'sideOutput' && output.emitSide !== undefined
  }

  /** Errors: under `fail`, `user` FTS_BAD_RECORD. */
  add(kind: BadRecordKind, record: BadRecord): void {
    this.context.metrics.add('recordsBad', 1)
    if (this.options.onError === 'fail') throw badRecordError(record)
    const tally = this.tallies.get(kind)
    if (tally === undefined) this.tallies.set(kind, {count: 1, example: sentenceOf(record)})
    else tally.count += 1
    if (this.isSideOutput) this.pending.push(record)
  }

  /** Hands what was gathered to the side output. */
  flush(): void {
    if (this.pending.length === 0) return
    const batch: ObjectBatch = {kind: 'objects', rowCount: this.pending.length, values: this.pending}
    this.pending = []
    this.output.emitSide?.(this.options.tag, batch)
  }

  /** Says at the end what was left out, once a kind. */
  report(): void {
    for (const [kind, {count, example}] of this.tallies) {
      this.context.report(`bad records, ${KINDS[kind]} (${example})`, count)
    }
    this.tallies.clear()
  }
}

const KINDS: Readonly<Record<BadRecordKind, string>> = {
  fields: 'wrong number of fields',
  value: 'wrong type',
  quotes: 'wrong quotes',
  json: 'not JSON',
}

function sentenceOf({input, line, reason, text}: BadRecord): string {
  return `${input}:${line}: ${reason}: ${shownText(text)}`
}

function badRecordError(record: BadRecord): FtsError {
  const {input, line, reason} = record
  return new FtsError(
    'user',
    'FTS_BAD_RECORD',
    sentenceOf(record),
    {input, line, reason},
    {
      tryThis:
        "Correct the record or the format's options; or go on without such records: onError: 'skip', or 'sideOutput' to keep them.",
    },
  )
}
