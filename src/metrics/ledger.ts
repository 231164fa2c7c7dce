import type {JobView, VertexView} from './job-view.js'

/** One vertex's books: `in + expanded = out + combined + filtered + bad`. */
export interface VertexLedger {
  readonly vertexId: string
  readonly name: string
  /** From other vertices and from outside. */
  readonly recordsIn: number
  readonly recordsExpanded: number
  /** To other vertices and to the outside. */
  readonly recordsOut: number
  readonly recordsCombined: number
  readonly recordsFiltered: number
  readonly recordsBad: number
  /** Left side less right side; null where it cannot be told from the counters (several outputs). */
  readonly difference: number | null
}

/** What travelled over edges that share producers or consumers: `sent = received`. */
export interface EdgeLedger {
  readonly sources: readonly string[]
  readonly targets: readonly string[]
  readonly shipStrategies: readonly string[]
  readonly recordsSent: number
  readonly recordsReceived: number
  /** Sent less received; null where it cannot be told: a broadcast beside other edges, a consumer that had enough. */
  readonly difference: number | null
}

export interface Ledger {
  readonly vertices: readonly VertexLedger[]
  readonly edges: readonly EdgeLedger[]
  /** No difference anywhere. */
  readonly balanced: boolean
}

/**
 * Checks that no record got lost or doubled on its way through a finished job.
 *
 * A vertex's counters are sums over all of its inputs and outputs, so edges that share a producer or a consumer are checked
 * together. A vertex with several outputs counts a record once for each, and is left out.
 */
export function ledgerOf(view: JobView): Ledger {
  const vertices = view.vertices.map((vertex) => vertexLedger(view, vertex))
  const edges = edgeGroups(view).map((group) => edgeLedger(view, group))
  const balanced = [...vertices, ...edges].every(({difference}) => difference === null || difference === 0)
  return {vertices, edges, balanced}
}

function vertexLedger(view: JobView, {vertexId, name, totals}: VertexView): VertexLedger {
  const recordsIn = totals.recordsIn + totals.sourceRecords
  const recordsOut = totals.recordsOut + totals.sinkRecords
  const {recordsExpanded, recordsCombined, recordsFiltered, recordsBad} = totals
  const left = recordsIn + recordsExpanded
  const right = recordsOut + recordsCombined + recordsFiltered + recordsBad
  const isExact = view.edges.filter((edge) => edge.source === vertexId).length < 2
  return {
    vertexId,
    name,
    recordsIn,
    recordsExpanded,
    recordsOut,
    recordsCombined,
    recordsFiltered,
    recordsBad,
    difference: isExact ? left - right : null,
  }
}

type Edge = JobView['edges'][number]

/** Edges joined by a common producer or consumer. */
function edgeGroups(view: JobView): readonly (readonly Edge[])[] {
  const groups: Edge[][] = []
  for (const edge of view.edges) {
    const touches = (other: Edge) => other.source === edge.source || other.target === edge.target
    const joined = groups.filter((group) => group.some(touches))
    for (const group of joined) groups.splice(groups.indexOf(group), 1)
    groups.push([...joined.flat(), edge])
  }
  return groups
}

function edgeLedger(view: JobView, group: readonly Edge[]): EdgeLedger {
  const vertexOf = new Map(view.vertices.map((vertex) => [vertex.vertexId, vertex]))
  const sources = distinct(group.map((edge) => vertexOf.get(edge.source)))
  const targets = distinct(group.map((edge) => vertexOf.get(edge.target)))
  const broadcasts = group.filter((edge) => edge.shipStrategy.toUpperCase() === 'BROADCAST')
  // Each consumer subtask of a broadcast gets every record.
  const copies = broadcasts.length > 0 ? (targets[0]?.parallelism ?? 1) : 1
  const recordsSent = copies * sum(sources.map((vertex) => vertex.totals.recordsOut))
  const recordsReceived = sum(targets.map((vertex) => vertex.totals.recordsIn))
  const isRead = targets.every((vertex) => vertex.totals.endedEarly === 0)
  const isExact = isRead && (broadcasts.length === 0 || group.length === 1)
  return {
    sources: sources.map((vertex) => vertex.name),
    targets: targets.map((vertex) => vertex.name),
    shipStrategies: [...new Set(group.map((edge) => edge.shipStrategy))],
    recordsSent,
    recordsReceived,
    difference: isExact ? recordsSent - recordsReceived : null,
  }
}

function distinct(vertices: readonly (VertexView | undefined)[]): readonly VertexView[] {
  return [...new Set(vertices)].filter((vertex) => vertex !== undefined)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
