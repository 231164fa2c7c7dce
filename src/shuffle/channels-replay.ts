import type {Batch} from '../columns/index.js'
import {assert, FtsError, type RestoredChannel, type StateFileHandle} from '../core/index.js'
import type {Random} from '../platform/index.js'
import type {BatchDeserializer} from '../types/index.js'
import {decodeEvent} from './channel-events.js'
import type {GateElement, InFlightItem, InFlightReplay, ReplayOptions} from './contract.js'
import type {ShuffleCodec} from './create-shuffle-environment.js'
import {FRAME_FLAGS} from './frames.js'
import {decodeInFlight, placeKey} from './in-flight-file.js'
import {createRowPartitioner} from './partitioners/create-row-partitioner.js'
import type {RowPartitioner} from './partitioners/row-partitioner.js'

interface ReplayParts {
  readonly codec: ShuffleCodec
  readonly random: Random
}

/** One old channel that is being read. */
interface Reading {
  readonly channel: RestoredChannel
  readonly items: readonly InFlightItem[]
  readonly deserializer: BatchDeserializer
  /** Chunks of the message that is not complete. */
  chunks: Uint8Array[]
  at: number
}

/**
 * Reads in-flight data channel by channel. Of a channel that was rescaled only rows are given: its watermarks were those of an old channel,
 * and its producers will say how far time is.
 */
export class ChannelsReplay implements InFlightReplay {
  private readonly files = new Map<string, ReturnType<typeof decodeInFlight>>()
  private readonly waiting: RestoredChannel[]
  private readonly partitioners = new Map<number, RowPartitioner>()
  private reading: Reading | undefined

  constructor(
    private readonly options: ReplayOptions,
    private readonly parts: ReplayParts,
  ) {
    this.waiting = [...options.channels]
  }

  next(): {readonly gate: number; readonly element: GateElement} | undefined {
    for (;;) {
      this.reading ??= this.open()
      if (this.reading === undefined) return undefined
      const {reading} = this
      const item = reading.items.at(reading.at++)
      if (item === undefined) this.close(reading)
      else {
        const element = this.elementOf(reading, item)
        if (element !== undefined) return {gate: reading.channel.gate, element}
      }
    }
  }

  private open(): Reading | undefined {
    const channel = this.waiting.shift()
    if (channel === undefined) return undefined
    const items = channel.parts.flatMap((part) => this.fileOf(part.file).get(placeKey(part.channel)) ?? [])
    return {channel, items, deserializer: this.parts.codec.createBatchDeserializer(), chunks: [], at: 0}
  }

  private close({chunks, channel}: Reading): void {
    this.reading = undefined
    assert(chunks.length === 0, 'data under way ends with a message', {producerSubtask: channel.producerSubtask})
  }

  private fileOf(file: StateFileHandle): ReturnType<typeof decodeInFlight> {
    let found = this.files.get(file.path)
    if (found === undefined) this.files.set(file.path, (found = decodeInFlight(this.options.readFile(file))))
    return found
  }

  private elementOf(reading: Reading, item: InFlightItem): GateElement | undefined {
    const index = this.channelIndexOf(reading.channel)
    if (item.kind === 'chunk') return this.batchOf(reading, item, index)
    const event = decodeEvent(Buffer.from(item.bytes))
    if (reading.channel.rescaled !== undefined || event.kind === 'endOfChannel') return undefined
    return {kind: 'control', channel: index, element: event}
  }

  /** The producer's place among those of now. */
  private channelIndexOf({gate, producerSubtask}: RestoredChannel): number {
    return producerSubtask % this.options.gates[gate].channelCount
  }

  private batchOf(
    reading: Reading,
    {flags, bytes}: Extract<InFlightItem, {kind: 'chunk'}>,
    index: number,
  ): GateElement | undefined {
    reading.chunks.push(bytes)
    if ((flags & FRAME_FLAGS.last) === 0) return undefined
    const message = Uint8Array.from(Buffer.concat(reading.chunks))
    reading.chunks = []
    const all = reading.deserializer.read(message)
    const batch = reading.channel.rescaled === 'own' ? this.ownRows(reading.channel, all) : all
    if (batch === undefined) return undefined
    return {kind: 'batch', channel: index, batch, byteLength: message.byteLength}
  }

  /** The rows that the exchange gives to this subtask at the parallelism of now. */
  private ownRows({gate}: RestoredChannel, batch: Batch): Batch | undefined {
    const {subtaskIndex} = this.options
    const own: number[] = []
    let hasAll = false
    this.partitionerOf(gate).partition(batch, (subpartition, rows, rowCount) => {
      if (subpartition !== subtaskIndex) return
      if (rows === undefined) hasAll = true
      else for (let i = 0; i < rowCount; i++) own.push(rows[i])
    })
    if (hasAll) return batch
    if (own.length === 0) return undefined
    const serializer = this.parts.codec.createBatchSerializer({channelName: 'data under way'})
    serializer.append(batch, Int32Array.from(own), own.length)
    return this.parts.codec.createBatchDeserializer().read(serializer.take().slice())
  }

  private partitionerOf(gate: number): RowPartitioner {
    const known = this.partitioners.get(gate)
    if (known !== undefined) return known
    const {gates, parallelism, maxParallelism} = this.options
    const {partitioner, functions} = gates[gate]
    if (partitioner === undefined) throw unknownExchange(gate)
    const made = createRowPartitioner({
      deployment: {partitioner, subpartitionCount: parallelism, maxParallelism},
      functions: functions ?? {},
      random: this.parts.random,
      hashKey: (key) => this.parts.codec.hashKey(key),
    })
    this.partitioners.set(gate, made)
    return made
  }
}

function unknownExchange(gate: number): FtsError {
  return new FtsError('invariant', 'FTS_IN_FLIGHT_EXCHANGE', `the exchange of gate ${gate} is not known`, {gate})
}
