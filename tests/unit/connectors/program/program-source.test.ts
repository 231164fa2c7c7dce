// Goal: a program's own source goes on where its checkpoint was: no record is lost and none comes twice, whatever kind of reader it has.
// Method: property test: stop after any number of polls, restore from the snapshot, compare with the undisturbed sequence.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ProgramSource, type Source} from '../../../../src/connectors/index.js'
import type {Output} from '../../../../src/operators/index.js'
import {ConnectorContext, listsOf} from '../../../support/connector-context.js'
import {ManualTimers} from '../../../support/manual-timers.js'
import {propertyOptions} from '../../../support/property-options.js'

type Range = readonly [number, number]
type Lists = ReturnType<typeof listsOf>

/** A position of its own: the next number. */
const readers: Source<number, Range> = {
  splits: () => [],
  read([from, to], _context, position) {
    let next = (position as number | undefined) ?? from
    return {
      poll(output) {
        for (let i = 0; i < 3 && next <= to; i++) output.collect(next++)
        return next > to ? 'end' : 'more'
      },
      snapshotState: () => next,
    }
  },
}

/** No position: it is read again, and what was collected is left out. */
const pollers: Source<number, Range> = {
  splits: () => [],
  read([from, to]) {
    let next = from
    return {
      poll(output) {
        for (let i = 0; i < 3 && next <= to; i++) output.collect(next++)
        return next > to ? 'end' : 'more'
      },
    }
  },
}

const generators: Source<number, Range> = {
  splits: () => [],
  *read([from, to]) {
    for (let n = from; n <= to; n++) yield n
  },
}

class Driver {
  readonly records: number[] = []
  readonly source: ProgramSource<number, Range>

  constructor(source: Source<number, Range>, lists?: Lists) {
    this.source = new ProgramSource(source, new ManualTimers())
    const output = {emit: ({values}: {values: number[]}) => this.records.push(...values)} as unknown as Output
    this.source.open(new ConnectorContext(lists).context, output)
  }

  give(...splits: readonly Range[]): this {
    for (const [splitId, data] of splits.entries()) this.source.addSplit({kind: 'program', splitId, data})
    return this
  }

  /** At most so many polls. */
  poll(count = Number.POSITIVE_INFINITY): this {
    for (let i = 0; i < count && this.source.poll() === 'more'; i++);
    return this
  }
}

function numbers(splits: readonly Range[]): number[] {
  return splits.flatMap(([from, to]) => Array.from({length: Math.max(0, to - from + 1)}, (_, i) => from + i))
}

const anySplits = fc.array(
  fc.tuple(fc.nat(20), fc.nat(20)).map(([from, length]): Range => [from, from + length - 1]),
  {maxLength: 4},
)

describe.each([
  ['readers with a position', readers],
  ['readers without one', pollers],
  ['generators', generators],
])('a source of %s', (_, source) => {
  it('goes on from any checkpoint, also of an attempt that was restored itself', () => {
    fc.assert(
      fc.property(anySplits, fc.nat(12), fc.nat(6), (splits, polls, more) => {
        const first = new Driver(source).give(...splits).poll(polls)
        const second = new Driver(source, listsOf(first.source.snapshotState())).poll(more)
        const third = new Driver(source, listsOf(second.source.snapshotState())).poll()
        expect([...first.records, ...second.records, ...third.records]).toEqual(numbers(splits))
      }),
      propertyOptions(),
    )
  })
})
