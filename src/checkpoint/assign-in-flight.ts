import {FtsError, type JobVertexId, keyGroupRangeOf, type RestoredChannel} from '../core/index.js'
import type {VertexInput, VertexMetadata} from './checkpoint-metadata.js'

/** What a gate of the job that is to be restored reads, and how rows find it. */
export interface RestoringInput extends VertexInput {
  /** A partitioner's kind, see graph. */
  readonly partitioner: string
}

/** As much of a vertex as in-flight data depends upon. */
export interface ReceivingVertex {
  readonly vertexId: JobVertexId
  readonly name: string
  readonly parallelism: number
  readonly maxParallelism: number
  /** One for each gate, in their order. */
  readonly inputs: readonly RestoringInput[]
}

/** An exchange of the checkpoint and what has become of it. */
interface Exchange {
  readonly consumer: VertexMetadata
  readonly producer: VertexMetadata
  /** In the order of the old gates. */
  readonly oldGate: number
  readonly partitionIndex: number
}

/**
 * Deals out the data that was under way at an unaligned checkpoint. All of it goes to the consumers, also what its producer had not sent:
 * nothing is sent a second time. Answers, by vertex and subtask, the channels in the order in which they are to be taken.
 *
 *   old channel (p, c):  what c had received from p ─▶ what p had not sent to c        one stream of messages, in the order of sending
 *
 * At the same parallelism, subtask c takes (p, c) as its channel p. At another, a channel of `hash` goes to all who own key groups of c
 * now, and one of `custom` to all; each takes the rows that the exchange gives it. Other channels go to one subtask as a whole.
 *
 * Errors   `user` FTS_IN_FLIGHT_NOT_MAPPED: the job has no such exchange.
 * Source   Flink 2.3 StateAssignmentOperation, SubtaskStateMapper.
 */
export function assignInFlight(
  folder: string,
  old: readonly VertexMetadata[],
  vertices: readonly ReceivingVertex[],
): ReadonlyMap<JobVertexId, readonly (readonly RestoredChannel[])[]> {
  const assigned = new Map<JobVertexId, RestoredChannel[][]>()
  for (const exchange of exchangesOf(old)) {
    const {consumer, producer, partitionIndex} = exchange
    const vertex = vertices.find(({vertexId}) => vertexId === consumer.vertexId)
    const isIt = (input: VertexInput) => input.producer === producer.vertexId && input.partitionIndex === partitionIndex
    const gate = vertex?.inputs.findIndex(isIt) ?? -1
    const input = vertex?.inputs[gate]
    const newProducer = vertices.find(({vertexId}) => vertexId === producer.vertexId)
    if (vertex === undefined || newProducer === undefined || input === undefined) throw notMapped(folder, exchange)
    const subtasks = assigned.get(vertex.vertexId) ?? Array.from({length: vertex.parallelism}, () => [])
    assigned.set(vertex.vertexId, subtasks)
    deal(exchange, {vertex, gate, input, producerParallelism: newProducer.parallelism}, subtasks)
  }
  return assigned
}

/** Exchanges with data under way. */
function exchangesOf(old: readonly VertexMetadata[]): Exchange[] {
  return old.flatMap((consumer) =>
    (consumer.inFlight?.inputs ?? []).flatMap(({producer: producerId, partitionIndex}, oldGate) => {
      const producer = old.find(({vertexId}) => vertexId === producerId)
      if (producer === undefined) return []
      const exchange = {consumer, producer, oldGate, partitionIndex}
      return channelsOf(exchange).length > 0 ? [exchange] : []
    }),
  )
}

interface OldChannel {
  readonly producerSubtask: number
  readonly consumerSubtask: number
  readonly parts: RestoredChannel['parts']
}

function channelsOf(exchange: Exchange): OldChannel[] {
  const {consumer, producer} = exchange
  const channels: OldChannel[] = []
  for (let consumerSubtask = 0; consumerSubtask < consumer.parallelism; consumerSubtask++)
    for (let producerSubtask = 0; producerSubtask < producer.parallelism; producerSubtask++) {
      const parts = partsOf(exchange, producerSubtask, consumerSubtask)
      if (parts.length > 0) channels.push({producerSubtask, consumerSubtask, parts})
    }
  return channels
}

function partsOf(
  {consumer, producer, oldGate, partitionIndex}: Exchange,
  producerSubtask: number,
  consumerSubtask: number,
): RestoredChannel['parts'] {
  const received = {side: 'input', exchange: oldGate, peer: producerSubtask} as const
  const unsent = {side: 'output', exchange: partitionIndex, peer: consumerSubtask} as const
  return [
    {handle: consumer.inFlight?.subtasks[consumerSubtask], channel: received},
    {handle: producer.inFlight?.subtasks[producerSubtask], channel: unsent},
  ].flatMap(({handle, channel}) => {
    const {side, exchange, peer} = channel
    const has = handle?.channels.some((one) => one.side === side && one.exchange === exchange && one.peer === peer)
    return handle === undefined || has !== true ? [] : [{file: handle.file, channel}]
  })
}

function deal(
  exchange: Exchange,
  to: {
    readonly vertex: ReceivingVertex
    readonly gate: number
    readonly input: RestoringInput
    readonly producerParallelism: number
  },
  subtasks: RestoredChannel[][],
): void {
  const {vertex, gate, input, producerParallelism} = to
  const {consumer, producer} = exchange
  const isSame = consumer.parallelism === vertex.parallelism && producer.parallelism === producerParallelism
  const rescaled = isSame ? undefined : isKeyed(input) ? ('own' as const) : ('whole' as const)
  for (const {producerSubtask, consumerSubtask, parts} of channelsOf(exchange)) {
    const channel = {gate, producerSubtask, parts, ...(rescaled === undefined ? {} : {rescaled})}
    const takers = isSame ? [consumerSubtask] : takersOf(consumerSubtask, consumer, vertex, input)
    for (const taker of takers) subtasks[taker].push(channel)
  }
}

/** Whether it depends on the row which subtask it goes to. */
function isKeyed({partitioner}: RestoringInput): boolean {
  return partitioner === 'hash' || partitioner === 'custom'
}

function takersOf(
  consumerSubtask: number,
  consumer: VertexMetadata,
  {parallelism, maxParallelism}: ReceivingVertex,
  {partitioner}: RestoringInput,
): number[] {
  const all = Array.from({length: parallelism}, (_, index) => index)
  if (partitioner === 'global') return [0]
  if (partitioner === 'custom') return all
  if (partitioner !== 'hash') return [consumerSubtask % parallelism]
  if (consumer.maxParallelism !== maxParallelism) return all
  const old = keyGroupRangeOf(consumerSubtask, consumer.parallelism, maxParallelism)
  return all.filter((index) => {
    const own = keyGroupRangeOf(index, parallelism, maxParallelism)
    return own.keyGroupStart <= old.keyGroupEndInclusive && old.keyGroupStart <= own.keyGroupEndInclusive
  })
}

function notMapped(folder: string, {consumer, producer}: Exchange): FtsError {
  return new FtsError(
    'user',
    'FTS_IN_FLIGHT_NOT_MAPPED',
    `the checkpoint in ${folder} is unaligned and has data on its way from "${producer.name}" to "${consumer.name}", between which the job has no exchange now`,
    {folder, producer: producer.vertexId, consumer: consumer.vertexId},
    {
      tryThis:
        'Restore the program as it was, at the same parallelism; to change the graph, take a savepoint, which has no data under way.',
    },
  )
}
