import {formatShare} from './format.js'
import type {JobView, VertexView} from './job-view.js'

/** Flink calls a task's backpressure LOW above this. Source: Flink 2.3 JobVertexBackPressureHandler. */
const BACKPRESSURED_SHARE = 0.1
/** And HIGH above this: then it alone decides. */
const HIGHLY_BACKPRESSURED_SHARE = 0.5
const BUSY_SHARE = 0.5
const IDLE_SHARE = 0.5
/** A subtask this many times as busy as the mean of all works alone. */
const SKEW_FACTOR = 1.6

/**
 * One sentence that names what holds the job up: the culprit, not its victims.
 *
 * Of the vertices whose input is backpressured, the culprit is the one where the backpressure ends. Without backpressure
 * it is a busy source, or a busy vertex that still keeps up, or nothing: the job waits for its input. A subtask that
 * works alone is named.
 */
export function findBottleneck(view: JobView): string {
  const running = view.vertices.filter((vertex) => vertex.state === 'RUNNING')
  // A vertex that ended has its mean over the whole run: comparable with others only when all have ended.
  const seen = (running.length > 0 ? running : view.vertices).filter((vertex) => hasShares(vertex))
  if (seen.length === 0) return 'nothing has run yet'
  return outputBound(view, seen) ?? backPressureEnd(view, seen) ?? busiest(view, seen)
}

function hasShares({rates}: VertexView): boolean {
  return rates.busyShare + rates.idleShare + rates.backPressuredShare > 0
}

/** A last vertex that is backpressured itself waits for the world. */
function outputBound(view: JobView, vertices: readonly VertexView[]): string | undefined {
  const waiting = vertices.filter((one) => isLast(view, one) && one.rates.backPressuredShare >= BACKPRESSURED_SHARE)
  if (waiting.length === 0) return undefined
  const sink = maxBy(waiting, (vertex) => vertex.rates.backPressuredShare)
  const share = formatShare(sink.rates.backPressuredShare)
  return `the output is the bottleneck: ${sink.name} waits ${share} of the time for what it writes to`
}

function backPressureEnd(view: JobView, vertices: readonly VertexView[]): string | undefined {
  const inputPressure = (vertex: VertexView) => inputBackPressure(view, vertices, vertex)
  const relief = (vertex: VertexView) => inputPressure(vertex) - vertex.rates.backPressuredShare
  const most = Math.max(...vertices.map(busiestShare))
  const holdsUp = (vertex: VertexView) =>
    inputPressure(vertex) >= HIGHLY_BACKPRESSURED_SHARE ||
    (inputPressure(vertex) >= BACKPRESSURED_SHARE && busiestShare(vertex) === most)
  const suspects = vertices.filter((one) => holdsUp(one) && relief(one) > 0)
  if (suspects.length === 0) return undefined
  const culprit = maxBy(suspects, relief)
  const pressure = formatShare(inputPressure(culprit))
  return `${culprit.name} is the bottleneck: ${busyness(culprit)}, its input is backpressured ${pressure}`
}

function busiest(view: JobView, vertices: readonly VertexView[]): string {
  const vertex = maxBy(vertices, (one) => busiestShare(one))
  const sources = vertices.filter((one) => isSource(view, one))
  if (busiestShare(vertex) < BUSY_SHARE) {
    const waiting = sources.filter((one) => one.rates.idleShare >= IDLE_SHARE)
    if (waiting.length === 0) return `nothing is the bottleneck: the busiest, ${vertex.name}, is ${busyness(vertex)}`
    const source = maxBy(waiting, (one) => one.rates.idleShare)
    return `the job waits for input: ${source.name} is idle ${formatShare(source.rates.idleShare)} of the time`
  }
  if (!isSource(view, vertex)) return `${vertex.name} is the busiest: ${busyness(vertex)}, its input keeps up`
  const {backPressuredShare} = vertex.rates
  const pressure =
    backPressuredShare < 0.01 ? 'not backpressured' : `backpressured only ${formatShare(backPressuredShare)}`
  return `${vertex.name} (the source) is the bottleneck: ${busyness(vertex)}, ${pressure}`
}

/** `94 % busy`, or `subtask 3 is 98 % busy, all together 12 %`. */
function busyness(vertex: VertexView): string {
  const mean = vertex.rates.busyShare
  const most = busiestShare(vertex)
  if (vertex.subtasks.length < 2 || most < mean * SKEW_FACTOR) return `${formatShare(mean)} busy`
  const {subtaskIndex} = maxBy(vertex.subtasks, (subtask) => subtask.rates.busyShare)
  return `subtask ${subtaskIndex} is ${formatShare(most)} busy, all together ${formatShare(mean)}`
}

function busiestShare(vertex: VertexView): number {
  return Math.max(vertex.rates.busyShare, ...vertex.subtasks.map((subtask) => subtask.rates.busyShare))
}

function inputBackPressure(view: JobView, vertices: readonly VertexView[], vertex: VertexView): number {
  const producers = new Set(view.edges.filter((edge) => edge.target === vertex.vertexId).map((edge) => edge.source))
  const shares = vertices
    .filter((one) => producers.has(one.vertexId))
    .map((producer) => producer.rates.backPressuredShare)
  return Math.max(0, ...shares)
}

function isSource(view: JobView, vertex: VertexView): boolean {
  return view.edges.every((edge) => edge.target !== vertex.vertexId)
}

function isLast(view: JobView, vertex: VertexView): boolean {
  return view.edges.every((edge) => edge.source !== vertex.vertexId)
}

/** Of equals the later one: vertices come in topological order. */
function maxBy<Item>(items: readonly Item[], value: (item: Item) => number): Item {
  return items.reduce((best, item) => (value(item) >= value(best) ? item : best))
}
