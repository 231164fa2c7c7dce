import {type JobGraphSpec, USER_FACTORY} from '../graph/index.js'
import type {SinkDifference} from './compare.js'
import type {OperatorLedger, OperatorRecord} from './operator-ledger.js'
import type {Culprit} from './reports.js'

export interface Evidence {
  /** Of the run that differs. */
  readonly ledger: OperatorLedger
  readonly undisturbed: readonly OperatorLedger[]
  readonly differences: readonly SinkDifference[]
}

/**
 * The first operator of the stream whose output differs from that of undisturbed runs: what comes before it is the same. Operators that are never the
 * same (local aggregates send what they have at a barrier) say nothing. Where all agree, it is the sink.
 */
export function findCulprit(graph: JobGraphSpec, {ledger, undisturbed, differences}: Evidence): Culprit | undefined {
  const records = ledger.records()
  const expected = undisturbed.map((one) => one.records())
  const differing = graph.vertices.flatMap(({operators, input}, at) =>
    operators.flatMap((operator, index) => {
      const record = records.get(operator.operatorId)
      const [first, ...others] = expected.map((one) => one.get(operator.operatorId))
      const isSteady = others.every((one) => isSame(first, one))
      if (record === undefined || !isSteady || isSame(record, first)) return []
      const isSource = index === 0 && (input !== undefined || isFirst(graph, at))
      return [{record, isSource, isOwn: operator.factory === USER_FACTORY}]
    }),
  )
  const found = differing.find(({isSource, isOwn}) => isSource || isOwn) ?? differing[0]
  if (found !== undefined)
    return {
      name: found.record.name,
      role: found.isSource ? 'source' : 'operator',
      hasState: found.record.hasState,
    }
  const sink = differences.at(0)?.sink
  return sink === undefined ? undefined : {name: sink, role: 'sink', hasState: false}
}

function isFirst({edges, vertices}: JobGraphSpec, at: number): boolean {
  return !edges.some(({target}) => target === vertices[at].vertexId)
}

function isSame(a: OperatorRecord | undefined, b: OperatorRecord | undefined): boolean {
  if (a === undefined || b === undefined || a.counts.size !== b.counts.size) return a === b
  for (const [text, count] of a.counts) if (b.counts.get(text) !== count) return false
  return true
}
