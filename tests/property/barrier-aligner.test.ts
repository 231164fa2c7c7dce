// Goal: for any order of barriers, ends and aborts over any number of channels, a snapshot is taken exactly when every channel that is
// open has delivered its barrier, and contains just what went before it.
// Method: channels are lists of records and barriers, as their producers sent them; a reader takes from those that are not held, in an order
// that fast-check chooses. What a snapshot must contain is told from the lists alone.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {CheckpointAlignment, CheckpointBarrier} from '../../src/core/index.js'
import {BarrierAligner} from '../../src/task/index.js'
import {propertyOptions} from '../support/property-options.js'
import {seededRandom} from '../support/seeded-random.js'

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
      else if (step.kind === 'release') for (const channel of step.channels) expect(held.delete(channel)).toBe(true)
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

/** What is on its way in a channel whose barriers may overtake: read up to `read`, come up to `come`. */
interface Way {
  readonly items: readonly Item[]
  read: number
  come: number
  hasEnded: boolean
  announcedTo: number
}

describe('BarrierAligner, unaligned', () => {
  const scenarios = fc.record({
    channels: fc.array(channelItems, {minLength: 1, maxLength: 4}),
    forced: fc.array(fc.nat(3), {maxLength: 2}).map((channels) => new Set(channels)),
    seed: fc.nat(),
    timeout: fc.constantFrom('none', 'sometimes'),
    takesLate: fc.boolean(),
  })

  it('snapshot and captured data together are what went before the barrier in every channel, and nothing more', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const {channels, forced, seed, timeout, takesLate} = scenario
        const random = seededRandom(seed)
        const chance = (share: number) => random() < share
        const own = new Set([...forced].filter((channel) => channel < channels.length))
        const aligner = new BarrierAligner(channels.length, own)
        const ways = channels.map((items): Way => ({items, read: 0, come: 0, hasEnded: false, announcedTo: 0}))
        const held = new Set<number>()
        // Of the snapshot under way: how far each channel was read when it was taken, and what was captured since.
        let due: CheckpointBarrier | undefined
        let cut: {
          readonly id: number
          readonly read: number[]
          readonly captured: Item[][]
          readonly capturing: Set<number>
        }[] = []
        const results: {readonly id: number; readonly before: number[]}[] = []
        const barrier = (id: number): CheckpointBarrier => {
          const made = barrierOf(id, timeout === 'none' ? 'unaligned' : 'aligned')
          return timeout === 'none' ? made : {...made, options: {...made.options, alignedTimeoutMs: 10}}
        }
        const finish = ({id, read, captured}: (typeof cut)[number]) => {
          const before = read.map((count, channel) => count + captured[channel].length)
          results.push({id, before})
        }
        const follow = (steps: ReturnType<BarrierAligner['abort']>) => {
          for (const step of steps) {
            if (step.kind === 'hold') held.add(step.channel)
            else if (step.kind === 'release') for (const channel of step.channels) held.delete(channel)
            else if (step.kind === 'snapshot') due = step.barrier
            else if (step.kind === 'abort') due = due?.checkpointId === step.checkpointId ? undefined : due
            else if (step.kind === 'capture') cut[0].capturing.add(step.channel)
            else if (step.kind === 'captureAhead') {
              const {id, captured, capturing} = cut[0]
              capturing.delete(step.channel)
              const {items, read, come} = ways[step.channel]
              const place = items.findIndex(
                (item, i) => i >= read && i < come && item.kind === 'barrier' && item.id === id,
              )
              if (place >= 0) captured[step.channel].push(...items.slice(read, place))
            } else if (step.kind === 'endCapture') cut = []
            else if (step.kind === 'captured') finish(cut.shift()!)
          }
        }
        const take = () => {
          const {checkpointId, options} = due!
          due = undefined
          const one = {
            id: checkpointId,
            read: ways.map(({read}) => read),
            captured: ways.map((): Item[] => []),
            capturing: new Set<number>(),
          }
          if (options.alignment !== 'unaligned') finish(one)
          else {
            cut = [one]
            follow(aligner.snapshotTaken(checkpointId))
          }
        }
        for (let turn = 0; ways.some(({hasEnded}) => !hasEnded); turn++) {
          const channel = Math.floor(random() * channels.length)
          const way = ways[channel]
          if (way.come < way.items.length && chance(0.5)) {
            const item = way.items[way.come++]
            if (item.kind === 'barrier' && !own.has(channel)) follow(aligner.announced(channel, barrier(item.id), turn))
          } else if (timeout === 'sometimes' && chance(0.1)) {
            for (const id of [1, 2, 3, 4, 5, 6]) follow(aligner.timedOut(id))
          }
          // No input is taken between the moment a snapshot is due and the moment it is taken, however long that is.
          if (due !== undefined && (!takesLate || chance(0.5))) take()
          if (due !== undefined || held.has(channel) || way.hasEnded) continue
          const item = way.items.at(way.read)
          if (item === undefined) {
            way.hasEnded = true
            follow(aligner.channelFinished(channel))
          } else if (way.read < way.come) {
            way.read += 1
            if (item.kind === 'record' || cut.some(({id}) => id !== item.id)) {
              if (cut[0]?.capturing.has(channel) === true) cut[0].captured[channel].push(item)
            }
            if (item.kind === 'barrier') follow(aligner.barrier(channel, barrier(item.id), turn))
          }
          if (due !== undefined && !takesLate) take()
        }
        if (due !== undefined) take()
        for (const {id, before} of results)
          channels.forEach((items, channel) => {
            const place = placeOf(items, id)
            // `placeOf` counts the barrier itself, which is read in an aligned channel and not in one that was captured.
            const expected = place === undefined ? [items.length] : [place, place - 1]
            expect(expected).toContain(before[channel])
          })
        // Every checkpoint whose barrier comes everywhere is taken, as nothing is aborted from outside and ids come in order.
        const everywhere = [1, 2, 3, 4, 5, 6, 7, 8].filter((id) =>
          channels.every((items) => placeOf(items, id) !== undefined),
        )
        const last = everywhere.filter((id) =>
          channels.every((items) => items.every((item) => item.kind === 'record' || item.id <= id)),
        )
        for (const id of last) expect(results.map((one) => one.id)).toContain(id)
      }),
      propertyOptions(500),
    )
  })

  it('says in which order: released, taken, then captured channel by channel', () => {
    const aligner = new BarrierAligner(4, new Set([3]))
    const first = barrierOf(1, 'unaligned')
    // Channel 3 cannot be overtaken: it is waited for, and channel 0, which was read up to its barrier, is held meanwhile.
    expect(aligner.announced(0, first, 10)).toEqual([])
    expect(aligner.barrier(0, first, 11)).toEqual([{kind: 'hold', channel: 0}])
    expect(aligner.announced(1, first, 12)).toEqual([])
    expect(aligner.barrier(3, first, 13)).toEqual([
      {kind: 'hold', channel: 3},
      {kind: 'release', channels: [0, 3]},
      {kind: 'snapshot', barrier: first, firstBarrierMs: 10},
    ])
    expect(aligner.snapshotTaken(1)).toEqual([
      {kind: 'capture', channel: 2},
      {kind: 'captureAhead', channel: 1},
    ])
    expect(aligner.announced(2, first, 14)).toEqual([
      {kind: 'captureAhead', channel: 2},
      {kind: 'captured', checkpointId: 1},
    ])
    // Read at last: what they stand for is done.
    expect(aligner.barrier(1, first, 15)).toEqual([])
    expect(aligner.barrier(2, first, 16)).toEqual([])
  })

  it('with a timeout: aligned until then, unaligned after it, as the barrier that goes on says', () => {
    const barrier: CheckpointBarrier = {
      ...barrierOf(1, 'aligned'),
      options: {type: 'checkpoint', alignment: 'aligned', alignedTimeoutMs: 50, directory: '/c'},
    }
    const quick = new BarrierAligner(2)
    expect(quick.barrier(0, barrier, 10)).toEqual([
      {kind: 'startTimer', checkpointId: 1, atMs: 50},
      {kind: 'hold', channel: 0},
    ])
    expect(quick.barrier(1, barrier, 20)).toEqual([
      {kind: 'hold', channel: 1},
      {kind: 'release', channels: [0, 1]},
      {kind: 'snapshot', barrier, firstBarrierMs: 10},
    ])
    expect(quick.timedOut(1)).toEqual([])

    const slow = new BarrierAligner(2)
    slow.barrier(0, barrier, 10)
    expect(slow.timedOut(1)).toEqual([
      {kind: 'release', channels: [0]},
      {kind: 'snapshot', barrier: barrierOf(1, 'unaligned'), firstBarrierMs: 10},
    ])
    expect(slow.snapshotTaken(1)).toEqual([{kind: 'capture', channel: 1}])
    expect(slow.abort(1)).toEqual([{kind: 'endCapture', channels: [1]}])
    expect(slow.announced(1, barrier, 90)).toEqual([])
  })
})
