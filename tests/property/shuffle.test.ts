/**
 * Goal    Whatever the topology, the partitioner, the sizes of batches, segments, pools and credit, and however slow a consumer is: every row
 *         arrives exactly once (in a broadcast, once at each consumer), in its channel's order; memory stays within the pools; nothing
 *         deadlocks; and at the end all segments are back.
 * Method  Random exchanges between tasks in several slots of one process, over an in-memory transport that cuts and delays by a seed, and over Unix
 *         domain sockets. Time is moved by the test; a run that makes no progress for long counts as a deadlock.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Batch} from '../../src/columns/index.js'
import type {PartitionerSpec} from '../../src/graph/index.js'
import type {GateElement, InputGate, ResultPartition, ShuffleTransport} from '../../src/shuffle/index.js'
import {InMemoryTransport} from '../support/in-memory-transport.js'
import {propertyOptions} from '../support/property-options.js'
import {seededRandom} from '../support/seeded-random.js'
import {objects, rowsOf, ShuffleSlots, turn} from '../support/shuffle-slots.js'

interface Exchange {
  readonly slotCount: number
  readonly producers: number
  readonly consumers: number
  readonly kind: 'hash' | 'rebalance' | 'broadcast' | 'shuffle' | 'global' | 'custom'
  readonly rowsPerProducer: number
  readonly batchRowsMax: number
  readonly form: 'objects' | 'columns'
  readonly textLengthMax: number
  readonly segmentSizeBytes: number
  readonly spareSegments: number
  readonly buffersPerChannel: number
  readonly floatingBuffersPerGate: number
  readonly maxBuffersPerChannel: number
  readonly messageRowsMax: number
  readonly slowConsumer: number
  readonly pieceBytesMax: number
  readonly seed: number
}

const exchanges: fc.Arbitrary<Exchange> = fc.record({
  slotCount: fc.integer({min: 1, max: 3}),
  producers: fc.integer({min: 1, max: 4}),
  consumers: fc.integer({min: 1, max: 4}),
  kind: fc.constantFrom('hash', 'rebalance', 'broadcast', 'shuffle', 'global', 'custom'),
  rowsPerProducer: fc.integer({min: 0, max: 200}),
  batchRowsMax: fc.integer({min: 1, max: 100}),
  form: fc.constantFrom('objects', 'columns'),
  textLengthMax: fc.constantFrom(5, 60, 600),
  segmentSizeBytes: fc.constantFrom(128, 512, 4096),
  spareSegments: fc.integer({min: 0, max: 6}),
  buffersPerChannel: fc.integer({min: 1, max: 3}),
  floatingBuffersPerGate: fc.integer({min: 0, max: 8}),
  maxBuffersPerChannel: fc.integer({min: 1, max: 10}),
  messageRowsMax: fc.constantFrom(1, 7, 1024),
  slowConsumer: fc.integer({min: -1, max: 3}),
  pieceBytesMax: fc.constantFrom(150, 1000, 65_536),
  seed: fc.integer(),
})

describe('an exchange delivers every row once and in order', () => {
  it('over an in-memory transport', async () => {
    const property = fc.asyncProperty(exchanges, (exchange) => {
      const {pieceBytesMax, seed} = exchange
      return check(exchange, () => new InMemoryTransport({random: seededRandom(seed), pieceBytesMax}))
    })
    await fc.assert(property, propertyOptions(30))
  })

  it('over Unix domain sockets', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, (exchange) => check(exchange, () => undefined)),
      propertyOptions(20),
    )
  })

  it('with one exclusive segment for each channel, no floating ones, and pools of the least size', async () => {
    const tight = exchanges.map(
      (exchange): Exchange => ({
        ...exchange,
        slotCount: 3,
        buffersPerChannel: 1,
        floatingBuffersPerGate: 0,
        maxBuffersPerChannel: 1,
        spareSegments: 0,
        segmentSizeBytes: 128,
      }),
    )
    const property = fc.asyncProperty(tight, (exchange) => {
      const {pieceBytesMax, seed} = exchange
      return check(exchange, () => new InMemoryTransport({random: seededRandom(seed), pieceBytesMax}))
    })
    await fc.assert(property, propertyOptions(15))
  })
})

async function check(exchange: Exchange, newTransport: () => ShuffleTransport | undefined): Promise<void> {
  const transport = newTransport()
  const slots = await ShuffleSlots.start({
    ...exchange,
    segments: leastSegments(exchange) + exchange.spareSegments,
    ...(transport === undefined ? {} : {transport}),
  })
  try {
    const run = new Run(exchange, slots)
    await run.play()
    run.expectAll()
    for (let i = 0; i < 5000 && slots.held() > 0; i++) await turn()
    expect(slots.held()).toBe(0)
  } finally {
    await slots.close()
  }
}

/** What the tasks of the fullest slot require. */
function leastSegments(exchange: Exchange): number {
  const tasksPerSlot = (tasks: number) => Math.ceil(tasks / exchange.slotCount)
  const outputs = tasksPerSlot(exchange.producers) * (exchange.consumers + 1)
  return outputs + tasksPerSlot(exchange.consumers) * exchange.producers * exchange.buffersPerChannel
}

/** A row says where it comes from and its number there; the text makes it long. */
type Row = {readonly from: number; readonly number: number; readonly text: string}

class Run {
  private readonly random: () => number
  private readonly partitions: ResultPartition[] = []
  private readonly gates: InputGate[] = []
  private readonly emitted: number[]
  private readonly received: string[][]
  private rowBytesMax = 0

  constructor(
    private readonly exchange: Exchange,
    private readonly slots: ShuffleSlots,
  ) {
    this.random = seededRandom(exchange.seed + 1)
    this.emitted = Array.from({length: exchange.producers}, () => 0)
    this.received = Array.from({length: exchange.consumers}, () => [])
    this.deploy()
  }

  /** In random order: consumers may ask before their producers are there. */
  private deploy(): void {
    const {producers, consumers, slotCount} = this.exchange
    const steps = [
      ...Array.from({length: producers}, (_, producer) => () => this.deployProducer(producer)),
      ...Array.from({length: consumers}, (_, consumer) => () => {
        const channels = Array.from({length: producers}, (_, producer) => ({
          slot: producer % slotCount,
          id: `p${producer}`,
          subpartition: consumer,
        }))
        this.gates[consumer] = this.slots.gate({slot: consumer % slotCount, channels})
      }),
    ]
    while (steps.length > 0) steps.splice(Math.floor(this.random() * steps.length), 1)[0]()
  }

  private deployProducer(producer: number): void {
    const {kind, consumers, slotCount} = this.exchange
    const partitioner: PartitionerSpec =
      kind === 'hash' ? {kind, keyColumn: 0} : kind === 'custom' ? {kind, partitionerOf: 'x'} : {kind}
    this.partitions[producer] = this.slots.partition(
      {slot: producer % slotCount, id: `p${producer}`, subpartitions: consumers, partitioner},
      {
        selectKey: (value) => (value as Row).text,
        ...(kind === 'custom' ? {partition: (_, count) => Math.floor(this.random() * count)} : {}),
      },
    )
  }

  async play(): Promise<void> {
    for (let idle = 0; !this.gates.every((gate) => gate.isFinished()); idle++) {
      if (idle > 5000) throw new Error(`deadlock: received ${this.received.map((rows) => rows.length)}`)
      if (this.step()) idle = 0
      this.expectBounded()
      this.slots.timers.advance(1)
      await turn()
    }
    for (const gate of this.gates) gate.release()
  }

  private step(): boolean {
    let moved = false
    this.partitions.forEach((partition, producer) => {
      if (this.emitted[producer] <= this.exchange.rowsPerProducer && partition.hasRoom()) {
        this.emitSome(partition, producer)
        moved = true
      }
    })
    this.gates.forEach((gate, consumer) => {
      if (consumer === this.exchange.slowConsumer && this.random() < 0.9) {
        moved = true
        return
      }
      for (let i = Math.floor(this.random() * 4); i >= 0; i--) {
        const element = gate.poll()
        if (element === undefined) return
        moved = true
        this.take(element, consumer)
      }
    })
    return moved
  }

  private emitSome(partition: ResultPartition, producer: number): void {
    const {rowsPerProducer, batchRowsMax} = this.exchange
    const begin = this.emitted[producer]
    const count = Math.min(1 + Math.floor(this.random() * batchRowsMax), rowsPerProducer - begin)
    if (count > 0) partition.emit(this.batch(producer, begin, count))
    this.emitted[producer] += count
    if (this.random() < 0.1) partition.broadcast({kind: 'watermark', timestampMs: this.emitted[producer]})
    if (this.emitted[producer] < rowsPerProducer) return
    partition.finish()
    this.emitted[producer] += 1
  }

  private batch(from: number, begin: number, count: number): Batch {
    const rows = Array.from(
      {length: count},
      (_, i): Row => ({from, number: begin + i, text: this.text(from, begin + i)}),
    )
    if (this.exchange.form === 'objects' || this.exchange.kind === 'custom') return objects(rows)
    const texts = rows.map((row) => Buffer.from(`${from} ${row.number} ${row.text}`))
    const offsets = new Int32Array(count + 1)
    texts.forEach((text, i) => {
      offsets[i + 1] = offsets[i] + text.byteLength
    })
    return {
      kind: 'columns',
      schema: {fields: [{name: 'text', type: 'utf8'}]},
      rowCount: count,
      columns: [{type: 'utf8', bytes: Buffer.concat(texts), offsets}],
    }
  }

  private text(from: number, number: number): string {
    const length = Math.floor(((from * 7919 + number * 104_729) % 97) * (this.exchange.textLengthMax / 97))
    this.rowBytesMax = Math.max(this.rowBytesMax, length)
    return 'x'.repeat(length)
  }

  private take(element: GateElement, consumer: number): void {
    if (element.kind === 'batch') {
      for (const row of rowsOf(element.batch)) this.received[consumer].push(show(row))
    } else if (element.kind === 'control' && element.element.kind === 'watermark') {
      this.received[consumer].push(`watermark ${element.channel} ${element.element.timestampMs}`)
    }
  }

  /** Pools are never exceeded; what waits outside of them is what a call or two emitted when they were full. */
  private expectBounded(): void {
    const {batchRowsMax, textLengthMax, consumers, producers} = this.exchange
    const batchBytes = batchRowsMax * (textLengthMax + 64) + 4096
    for (const pool of this.slots.pools) {
      expect(pool.reservedSegments).toBeLessThanOrEqual(pool.totalSegments + pool.overdraftSegments)
      expect(pool.overdraftSegments).toBeLessThanOrEqual(producers * (consumers + 1))
      expect(pool.overdraftBytes).toBeLessThanOrEqual(2 * batchBytes * consumers * producers)
    }
  }

  expectAll(): void {
    const {producers, consumers, rowsPerProducer, kind} = this.exchange
    const rows = this.received.map((seen) => seen.filter((row) => !row.startsWith('watermark')))
    const all = new Set<string>()
    for (let from = 0; from < producers; from++)
      for (let number = 0; number < rowsPerProducer; number++) all.add(`${from} ${number} ${this.text(from, number)}`)
    if (kind === 'broadcast') for (const seen of rows) expect(new Set(seen)).toEqual(all)
    else expect(new Set(rows.flat())).toEqual(all)
    expect(rows.flat()).toHaveLength(all.size * (kind === 'broadcast' ? consumers : 1))
    for (const seen of this.received) expectOrdered(seen)
  }
}

function show(row: unknown): string {
  if (typeof row === 'string') return row
  const {from, number, text} = row as Row
  return `${from} ${number} ${text}`
}

/** Rows of a producer come in its order, and none after a watermark that it sent later. */
function expectOrdered(seen: readonly string[]): void {
  const last = new Map<string, number>()
  for (const line of seen) {
    const [first, second, third] = line.split(' ')
    const isWatermark = first === 'watermark'
    const from = isWatermark ? second : first
    const number = Number(isWatermark ? third : second)
    expect(number).toBeGreaterThanOrEqual(last.get(from) ?? -1)
    last.set(from, number)
  }
}
