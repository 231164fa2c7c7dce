// Goal: for any order of barriers, ends and aborts over any number of channels, a snapshot is taken exactly when every channel that is
// open has delivered its barrier, and contains just what went before it.
// Method: channels are lists of records and barriers, as their producers sent them; a reader takes from those that are not held, in an order
// that fast-check chooses. What a snapshot must contain is told from the lists alone.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {CheckpointAlignment} from '../../src/core/index.js'
import {BarrierAligner, type CheckpointBarrier} from '../../src/task/index.js'
import {propertyOptions} from '../support/property-options.js'

type Item = {readonly kind: 'record'} | {readonly kind: 'barrier'; readonly id: number}

const barrierOf = (checkpointId: number, alignment: CheckpointAlignment): CheckpointBarrier => ({
  kind: 'checkpointBarrier',
  checkpointId,
  timestampMs: 0,
  options: {type: 'checkpoint', alignment, directory: '/c'},
})

/** What a channel carries: some records, then barriers in ascending order (some left out), records between them. */
const channelItems = fc
  .array(fc.oneof({weight: 3, arbitrary: fc.constant<'record'>('record')}, fc.integer({min: 1, max: 3})), {
    maxLength: 12,
  })
  .map((raw) => {
    let last = 0
    const items: Item[] = []
    for (const one of raw) {
      if (one === 'record') items.push({kind: 'record'})
      else items.push({kind: 'barrier', id: (last += one)})
    }
    return items
  })

interface Taken {
  readonly id: number
  /** Items read of each channel when the snapshot was due. */
  readonly read: readonly number[]
}

/** Reads all channels to their ends, in an order by `choices`, and aborts where told to. */
function run(of: {
  readonly channels: readonly (readonly Item[])[]
  readonly choices: readonly number[]
  readonly abortAt: ReadonlyMap<number, number>
  readonly alignment: CheckpointAlignment
}): {taken: Taken[]; aborted: number[]; ended: (number | undefined)[]} {
  const {channels, choices, abortAt, alignment} = of
  const aligner = new BarrierAligner(channels.length)
  const read = channels.map(() => 0)
  const ended: (number | undefined)[] = channels.map(() => undefined)
  const taken: Taken[] = []
  const aborted: number[] = []
  const held = new Set<number>()
  const follow = (steps: ReturnType<BarrierAligner['abort']>) => {
    for (const step of steps) {
      if (step.kind === 'snapshot') taken.push({id: step.barrier.checkpointId, read: [...read]})
      else if (step.kind === 'abort') aborted.push(step.checkpointId)
      else if (step.kind === 'hold') held.add(step.channel)
      else for (const channel of step.channels) expect(held.delete(channel)).toBe(true)
    }
    expect(channels.map((_, channel) => aligner.isHeld(channel))).toEqual(
      channels.map((_, channel) => held.has(channel)),
    )
  }
  for (let turn = 0; ended.includes(undefined); turn++) {
    const abort = abortAt.get(turn)
    if (abort !== undefined) {
      follow(aligner.abort(abort))
      if (taken.every(({id}) => id !== abort)) aborted.push(abort)
    }
    const open = channels.flatMap((_, channel) => (ended[channel] === undefined && !held.has(channel) ? [channel] : []))
    // Never a standstill: whoever is held waits for a channel that can be read.
    expect(open.length).toBeGreaterThan(0)
    const channel = open[(choices[turn % choices.length] ?? 0) % open.length]
    const item = channels[channel].at(read[channel])
    if (item === undefined) {
      ended[channel] = turn
      follow(aligner.channelFinished(channel))
      continue
    }
    read[channel] += 1
    if (item.kind === 'barrier') follow(aligner.barrier(channel, barrierOf(item.id, alignment), turn))
  }
  return {taken, aborted, ended}
}

const runs = fc.record({
  channels: fc.array(channelItems, {minLength: 1, maxLength: 4}),
  choices: fc.array(fc.nat(100), {minLength: 1, maxLength: 40}),
  abortAt: fc
    .array(fc.tuple(fc.nat(30), fc.integer({min: 1, max: 8})), {maxLength: 3})
    .map((pairs) => new Map<number, number>(pairs)),
})

/** Where barrier `id` stands in a channel: the number of items up to it, or none. */
const placeOf = (items: readonly Item[], id: number): number | undefined => {
  const at = items.findIndex((item) => item.kind === 'barrier' && item.id === id)
  return at < 0 ? undefined : at + 1
}

describe('BarrierAligner', () => {
  it('aligned: a snapshot has what went before its barrier in every channel, and nothing more', () => {
    fc.assert(
      fc.property(runs, ({channels, choices, abortAt}) => {
        const {taken, aborted} = run({channels, choices, abortAt, alignment: 'aligned'})
        for (const {id, read} of taken) {
          channels.forEach((items, channel) => {
            // A channel without the barrier counts only when it has ended: all of it was read.
            expect(read[channel]).toBe(placeOf(items, id) ?? items.length)
          })
          expect(aborted).not.toContain(id)
        }
        const ids = taken.map(({id}) => id)
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
      }),
      propertyOptions(300),
    )
  })

  it('aligned: takes every checkpoint that came in all channels and was not given up', () => {
    fc.assert(
      fc.property(runs, ({channels, choices}) => {
        const {taken} = run({channels, choices, abortAt: new Map(), alignment: 'aligned'})
        const everywhere = (id: number) => channels.every((items) => placeOf(items, id) !== undefined)
        const all = [1, 2, 3, 4, 5, 6, 7, 8].filter(everywhere)
        expect(taken.map(({id}) => id)).toEqual(expect.arrayContaining(all))
      }),
      propertyOptions(300),
    )
  })

  it('at least once: nothing is held, and a snapshot has at least what went before its barrier', () => {
    fc.assert(
      fc.property(runs, ({channels, choices, abortAt}) => {
        const {taken} = run({channels, choices, abortAt, alignment: 'atLeastOnce'})
        for (const {id, read} of taken) {
          channels.forEach((items, channel) => {
            expect(read[channel]).toBeGreaterThanOrEqual(placeOf(items, id) ?? items.length)
          })
        }
      }),
      propertyOptions(300),
    )
  })

  it('says in which order: the older is given up and its channels released before the newer holds any', () => {
    const aligner = new BarrierAligner(3)
    expect(aligner.barrier(0, barrierOf(1, 'aligned'), 10)).toEqual([{kind: 'hold', channel: 0}])
    expect(aligner.holdingFor).toBe(1)
    expect(aligner.barrier(1, barrierOf(2, 'aligned'), 20)).toEqual([
      {kind: 'release', channels: [0]},
      {kind: 'abort', checkpointId: 1},
      {kind: 'hold', channel: 1},
    ])
    // Too late: its checkpoint was given up.
    expect(aligner.barrier(2, barrierOf(1, 'aligned'), 30)).toEqual([])
    expect(aligner.barrier(0, barrierOf(2, 'aligned'), 40)).toEqual([{kind: 'hold', channel: 0}])
    expect(aligner.channelFinished(2)).toEqual([
      {kind: 'release', channels: [1, 0]},
      {kind: 'snapshot', barrier: barrierOf(2, 'aligned'), firstBarrierMs: 20},
    ])
    expect(aligner.holdingFor).toBeUndefined()
  })

  it('refuses a barrier of a channel that it held', () => {
    const aligner = new BarrierAligner(2)
    aligner.barrier(0, barrierOf(1, 'aligned'), 0)
    expect(() => aligner.barrier(0, barrierOf(2, 'aligned'), 0)).toThrow('a held channel is not read')
  })
})
