/**
 * Goal    Whatever waits where: what consumers had worked on when they took an unaligned checkpoint, and what was taken down at both ends of their
 *         channels, is together what producers had sent before their barriers, each row once and in order. Nothing of the stream itself changes:
 *         every row still arrives once, and all segments come back.
 * Method  Producers and consumers in two slots of one process (channels with and without a socket), over an in-memory transport that cuts and
 *         delays by a seed, with pools so small that much waits. What was taken down goes through the bytes of its file and the replay.
 */
import fc from 'fast-check'
import {expect, it} from 'vitest'
import type {CheckpointBarrier, InFlightChannel, RestoredChannel} from '../../src/core/index.js'
import type {PartitionerSpec} from '../../src/graph/index.js'
import {encodeInFlight, IN_FLIGHT_HEAD} from '../../src/shuffle/in-flight-file.js'
import type {InFlightTaker, InputGate} from '../../src/shuffle/index.js'
import {BarrierAligner} from '../../src/task/index.js'
import {InMemoryTransport} from '../support/in-memory-transport.js'
import {propertyOptions} from '../support/property-options.js'
import {seededRandom} from '../support/seeded-random.js'
import {objects, rowsOf, ShuffleSlots, TaskSide, turn} from '../support/shuffle-slots.js'

interface Row {
  readonly producer: number
  readonly n: number
  readonly text: string
}

const BARRIER: CheckpointBarrier = {
  kind: 'checkpointBarrier',
  checkpointId: 1,
  timestampMs: 0,
  options: {type: 'checkpoint', alignment: 'unaligned', directory: '/c'},
}

const HASH: PartitionerSpec = {kind: 'hash', keySelectorOf: 'n'}
const KEY = {selectKey: (row: unknown) => (row as Row).n}

class Side extends TaskSide {
  readonly keepsInFlight = true
}

/** A file of in-flight data of each subtask. */
class Files {
  private readonly parts = new Map<string, Uint8Array[]>()
  readonly channels = new Map<string, Set<string>>()

  taker(path: string, place: Omit<InFlightChannel, 'sizeBytes'>): InFlightTaker {
    return (item) => {
      const parts = this.parts.get(path) ?? [IN_FLIGHT_HEAD]
      this.parts.set(path, [...parts, encodeInFlight(place, item)])
    }
  }

  read(path: string): Uint8Array {
    return Buffer.concat(this.parts.get(path) ?? [IN_FLIGHT_HEAD])
  }
}

/** A consumer that reads row by row, and takes the checkpoint with the first barrier that comes. */
class Consumer {
  private readonly aligner: BarrierAligner
  private taken = false
  readonly before: Row[] = []
  readonly all: Row[] = []
  isCaptured = false

  constructor(
    private readonly gate: InputGate,
    private readonly takerOf: (channel: number) => InFlightTaker,
  ) {
    this.aligner = new BarrierAligner(gate.channelCount)
  }

  /** Looks for barriers, and takes at most one element. */
  step(takes: boolean): void {
    const {gate, aligner} = this
    for (let next = gate.pollAnnouncement(); next !== undefined; next = gate.pollAnnouncement())
      this.follow(aligner.announced(next.channel, next.barrier, 0))
    const element = takes ? gate.poll() : undefined
    if (element?.kind === 'batch') {
      this.all.push(...(rowsOf(element.batch) as Row[]))
      if (!this.taken) this.before.push(...(rowsOf(element.batch) as Row[]))
    } else if (element?.kind === 'endOfChannel') this.follow(aligner.channelFinished(element.channel))
    else if (element?.kind === 'control' && element.element.kind === 'checkpointBarrier')
      this.follow(aligner.barrier(element.channel, element.element, 0))
  }

  private follow(steps: ReturnType<BarrierAligner['abort']>): void {
    const {gate, aligner} = this
    for (const step of steps) {
      if (step.kind === 'hold') gate.hold(step.channel)
      else if (step.kind === 'release') for (const channel of step.channels) gate.releaseHeld(channel)
      else if (step.kind === 'capture') gate.capture(step.channel, this.takerOf(step.channel))
      else if (step.kind === 'captureAhead') gate.captureAhead(step.channel, 1, this.takerOf(step.channel))
      else if (step.kind === 'captured') this.isCaptured = true
      else if (step.kind === 'snapshot') {
        this.taken = true
        this.follow(aligner.snapshotTaken(1))
      }
    }
  }
}

const runs = fc.record({
  producers: fc.integer({min: 1, max: 3}),
  consumers: fc.integer({min: 1, max: 3}),
  rowsPerProducer: fc.integer({min: 1, max: 150}),
  textLengthMax: fc.constantFrom(3, 60, 900),
  segmentSizeBytes: fc.constantFrom(160, 512, 4096),
  spareSegments: fc.integer({min: 0, max: 6}),
  consumedShare: fc.constantFrom(0.02, 0.2, 0.6),
  restoredParallelism: fc.integer({min: 1, max: 4}),
  pieceBytesMax: fc.constantFrom(150, 1000, 65_536),
  seed: fc.nat(),
})

it('is a consistent cut, and restores it at any parallelism', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      const {producers, consumers, rowsPerProducer, textLengthMax, segmentSizeBytes, spareSegments, seed} = run
      const random = seededRandom(seed)
      const slots = await ShuffleSlots.start({
        slotCount: 2,
        transport: new InMemoryTransport({random, pieceBytesMax: run.pieceBytesMax}),
        segmentSizeBytes,
        segments: producers * (consumers + 1) + producers * consumers * 2 + spareSegments,
        buffersPerChannel: 1,
        floatingBuffersPerGate: 2,
        maxBuffersPerChannel: 3,
      })
      const files = new Files()
      const ids = Array.from({length: producers}, (_, p) => `p${p}`)
      const partitions = ids.map((id, p) =>
        slots.partition({slot: p % 2, id, subpartitions: consumers, partitioner: HASH, task: new Side(id)}, KEY),
      )
      const gates = Array.from({length: consumers}, (_, c) =>
        slots.gate({
          slot: c % 2,
          channels: ids.map((id, p) => ({slot: p % 2, id, subpartition: c})),
          partitioner: HASH,
          task: new Side(`consumer ${c}`),
        }),
      )
      const all = gates.map(
        (gate, c) =>
          new Consumer(gate, (channel) => files.taker(`/c${c}`, {side: 'input', exchange: 0, peer: channel})),
      )
      const sent = ids.map((): Row[] => [])
      const sentBefore = ids.map((): Row[] => [])
      const barrierAt = ids.map(() => Math.floor(random() * rowsPerProducer))
      const hasBarrier = ids.map(() => false)
      const idle = () => all.every(({isCaptured}) => isCaptured) && gates.every((gate) => gate.isFinished())
      for (let turns = 0; !idle(); turns++) {
        if (turns > 60_000) throw new Error('no end')
        for (let p = 0; p < producers; p++) {
          const rows = sent[p]
          if (!hasBarrier[p] && rows.length >= barrierAt[p]) {
            hasBarrier[p] = true
            sentBefore[p] = [...rows]
            partitions[p].overtake(BARRIER, (c) => files.taker(`/p${p}`, {side: 'output', exchange: 0, peer: c}))
          }
          if (rows.length < rowsPerProducer && partitions[p].hasRoom() && random() < 0.7) {
            const count = Math.min(1 + Math.floor(random() * 9), rowsPerProducer - rows.length)
            const text = () => 'x'.repeat(Math.floor(random() * textLengthMax))
            const made = Array.from({length: count}, (_, i): Row => ({producer: p, n: rows.length + i, text: text()}))
            rows.push(...made)
            partitions[p].emit(objects(made))
            if (rows.length >= rowsPerProducer && hasBarrier[p]) partitions[p].finish()
          } else if (rows.length >= rowsPerProducer && hasBarrier[p]) partitions[p].finish()
        }
        for (const consumer of all) consumer.step(random() < run.consumedShare)
        slots.timers.advance(5)
        await turn()
      }

      // The stream itself: every row once, in the order of its producer.
      for (let p = 0; p < producers; p++) {
        const seen = all.map(({all: rows}) => rows.filter(({producer}) => producer === p))
        for (const rows of seen) expect(rows).toEqual([...rows].sort((a, b) => a.n - b.n))
        expect(seen.flat().sort((a, b) => a.n - b.n)).toEqual(sent[p])
      }
      // The cut: worked on by then, and under way.
      const channels = (c: number): RestoredChannel[] =>
        ids.map((_, p) => ({
          gate: 0,
          producerSubtask: p,
          parts: [
            {file: {path: `/c${c}`, sizeBytes: 0, crc32: 0}, channel: {side: 'input', exchange: 0, peer: p}},
            {file: {path: `/p${p}`, sizeBytes: 0, crc32: 0}, channel: {side: 'output', exchange: 0, peer: c}},
          ],
        }))
      const replayed = (of: readonly RestoredChannel[], subtaskIndex: number, parallelism: number): Row[] => {
        const replay = slots.environments[0].createReplay({
          channels: of,
          gates: [{partitioner: HASH, channelCount: producers, functions: KEY}],
          ...{subtaskIndex, parallelism, maxParallelism: 128},
          readFile: ({path}) => files.read(path),
        })
        const rows: Row[] = []
        for (let next = replay.next(); next !== undefined; next = replay.next())
          if (next.element.kind === 'batch') rows.push(...(rowsOf(next.element.batch) as Row[]))
        return rows
      }
      for (let p = 0; p < producers; p++) {
        const own = (rows: readonly Row[]) => rows.filter(({producer}) => producer === p)
        const cuts = all.map(({before}, c) => [...own(before), ...own(replayed(channels(c), c, consumers))])
        for (const rows of cuts) expect(rows).toEqual([...rows].sort((a, b) => a.n - b.n))
        expect(cuts.flat().sort((a, b) => a.n - b.n)).toEqual(sentBefore[p])
      }
      // At another parallelism each row goes to the one subtask that owns its key now.
      const {restoredParallelism} = run
      const rescaled = all.flatMap((_, c) => channels(c)).map((channel) => ({...channel, rescaled: 'own' as const}))
      const dealt = Array.from({length: restoredParallelism}, (_, i) => replayed(rescaled, i, restoredParallelism))
      const underWay = all.flatMap((_, c) => replayed(channels(c), c, consumers))
      const inOrder = (a: Row, b: Row) => a.producer - b.producer || a.n - b.n
      expect(dealt.flat().sort(inOrder)).toEqual(underWay.sort(inOrder))
      for (const [i, rows] of dealt.entries())
        for (const {n} of rows)
          for (const [other, theirs] of dealt.entries())
            if (other !== i) expect(theirs.some((row) => row.n === n)).toBe(false)
      for (const gate of gates) gate.release()
      expect(slots.held()).toBe(0)
      await slots.close()
    }),
    propertyOptions(25),
  )
})
