/** Channels of one edge for one consumer: producer subtasks in a row, each with the subpartition to read. */
export interface WiredChannel {
  readonly producerSubtask: number
  readonly subpartitionIndex: number
}

interface Parallelisms {
  readonly producers: number
  readonly consumers: number
}

/** How many subpartitions a producer's partition has. */
export function subpartitionCount(
  distribution: 'POINTWISE' | 'ALL_TO_ALL',
  producerSubtask: number,
  {producers, consumers}: Parallelisms,
): number {
  if (distribution === 'ALL_TO_ALL') return consumers
  if (producers >= consumers) return 1
  return (
    firstConsumer(producerSubtask + 1, {producers, consumers}) - firstConsumer(producerSubtask, {producers, consumers})
  )
}

/**
 * The channels of one consumer.
 *
 *   ALL_TO_ALL              every producer, subpartition = the consumer's index
 *   POINTWISE, M ≥ N        a contiguous block of producers, subpartition 0 of each
 *   POINTWISE, M < N        one producer; its consumers are a contiguous block and take one subpartition each
 *
 * Every subpartition of every producer is read by exactly one consumer.
 *
 * Source   Flink 2.3 VertexInputInfoComputationUtils (the ranges).
 */
export function channelsOf(
  distribution: 'POINTWISE' | 'ALL_TO_ALL',
  consumerSubtask: number,
  {producers, consumers}: Parallelisms,
): readonly WiredChannel[] {
  if (distribution === 'ALL_TO_ALL') return block(0, producers, consumerSubtask)
  if (producers < consumers) return [fromSharedProducer(consumerSubtask, {producers, consumers})]
  const start = Math.floor((consumerSubtask * producers) / consumers)
  const end = Math.floor(((consumerSubtask + 1) * producers) / consumers)
  return block(start, end, 0)
}

function block(start: number, end: number, subpartitionIndex: number): WiredChannel[] {
  return Array.from({length: end - start}, (_, i) => ({producerSubtask: start + i, subpartitionIndex}))
}

function fromSharedProducer(consumerSubtask: number, of: Parallelisms): WiredChannel {
  const producerSubtask = Math.floor((consumerSubtask * of.producers) / of.consumers)
  return {producerSubtask, subpartitionIndex: consumerSubtask - firstConsumer(producerSubtask, of)}
}

/** The first consumer of a producer that has several. */
function firstConsumer(producerSubtask: number, {producers, consumers}: Parallelisms): number {
  return Math.ceil((producerSubtask * consumers) / producers)
}
