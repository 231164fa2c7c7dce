// Goal: the graph's laws hold for any job: nothing is lost, doubled or left out.
// Method: random graphs (a random number of vertices with random parallelisms, random edges and partitioners) checked against the
// laws; the seed is printed on failure and replayed with FTS_TEST_SEED.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {jobId, keyGroupRangeOf, subtaskForKeyGroup} from '../../src/core/index.js'
import {
  createExecutionGraph,
  createJobGraph,
  type ExecutionGraphPlan,
  type PartitionerSpec,
  pipelinedRegions,
  StreamGraph,
  sharedSlots,
  slotsRequired,
} from '../../src/graph/index.js'
import {propertyOptions} from '../support/property-options.js'

const PARTITIONERS = ['rebalance', 'rescale', 'broadcast', 'shuffle', 'global', 'hash', 'custom'] as const

interface Drawn {
  readonly parallelisms: readonly number[]
  readonly edges: readonly {from: number; to: number; kind: (typeof PARTITIONERS)[number] | 'default'; batch: boolean}[]
  readonly slotSharing: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.integer({min: 1, max: 6}).chain((size) =>
  fc.record({
    parallelisms: fc.array(fc.integer({min: 1, max: 7}), {minLength: size, maxLength: size}),
    edges: fc.array(
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        kind: fc.constantFrom('default' as const, ...PARTITIONERS),
        batch: fc.boolean(),
      }),
      {maxLength: 8},
    ),
    slotSharing: fc.boolean(),
  }),
)

function build({parallelisms, edges, slotSharing}: Drawn): ExecutionGraphPlan {
  const graph = new StreamGraph()
  const ids = parallelisms.map((parallelism, i) =>
    graph.addOperator({name: `op ${i}`, factory: 'op', config: {}, parallelism}),
  )
  for (const [targetInputIndex, {from, to, kind, batch}] of edges.entries()) {
    if (from === to) continue
    graph.addEdge({
      source: ids[Math.min(from, to)],
      target: ids[Math.max(from, to)],
      targetInputIndex,
      exchangeMode: batch ? 'BATCH' : 'UNDEFINED',
      ...(kind === 'default' ? {} : {partitioner: {kind} as PartitionerSpec}),
    })
  }
  const options = {jobId: jobId('j'), name: 'j', mode: 'batch', bufferTimeoutMs: 1, config: {}, slotSharing} as const
  return createExecutionGraph(createJobGraph(graph, options))
}

describe('random graphs', () => {
  it('every operator is in one vertex, vertices are in topological order', () => {
    fc.assert(
      fc.property(drawn, (job) => {
        const {vertices, edges} = build(job).jobGraph
        const names = vertices.flatMap((vertex) => vertex.operators.map((operator) => operator.name))
        expect(names.sort()).toEqual(job.parallelisms.map((_, i) => `op ${i}`))
        const place = new Map(vertices.map((vertex, i) => [vertex.vertexId, i]))
        for (const {source, target} of edges) expect(place.get(source)).toBeLessThan(place.get(target)!)
      }),
      propertyOptions(),
    )
  })

  it('every subpartition is read exactly once', () => {
    fc.assert(
      fc.property(drawn, (job) => {
        const plan = build(job)
        const made = plan.subtasks.flatMap(({index, resultPartitions}) =>
          resultPartitions.flatMap(({dataSetId, subpartitionCount}) =>
            Array.from({length: subpartitionCount}, (_, i) => `${dataSetId} ${index} ${i}`),
          ),
        )
        const read = plan.subtasks.flatMap(({inputGates}) =>
          inputGates.flatMap(({edge, channels}) =>
            channels.map(({producer, subpartitionIndex}) => `${edge.dataSetId} ${producer} ${subpartitionIndex}`),
          ),
        )
        expect(read.sort()).toEqual(made.sort())
      }),
      propertyOptions(),
    )
  })

  it('every consumer has a gate for each input edge, to all producers or to a block of them', () => {
    fc.assert(
      fc.property(drawn, (job) => {
        const plan = build(job)
        const parallelism = new Map(plan.jobGraph.vertices.map((vertex) => [vertex.vertexId, vertex.parallelism]))
        for (const {vertex, inputGates} of plan.subtasks) {
          const inEdges = plan.jobGraph.edges.filter((edge) => edge.target === vertex.vertexId)
          expect(inputGates.map((gate) => gate.edge)).toEqual(inEdges)
          for (const {edge, channels} of inputGates) {
            const producers = channels.map((channel) => channel.producer)
            expect(producers).toEqual(producers.map((_, i) => producers[0] + i))
            expect(channels.length).toBeGreaterThan(0)
            if (edge.distribution === 'ALL_TO_ALL') expect(channels.length).toBe(parallelism.get(edge.source))
          }
        }
      }),
      propertyOptions(),
    )
  })

  it('regions partition the subtasks, pipelined edges stay inside, producers come first', () => {
    fc.assert(
      fc.property(drawn, (job) => {
        const plan = build(job)
        const regions = pipelinedRegions(plan)
        const regionOf = new Map(regions.flatMap((one) => one.subtasks.map(({index}) => [index, one.index] as const)))
        expect(regions.flatMap((region) => region.subtasks).length).toBe(plan.subtasks.length)
        expect(regionOf.size).toBe(plan.subtasks.length)
        for (const {index, inputGates} of plan.subtasks) {
          for (const {edge, channels} of inputGates) {
            for (const {producer} of channels) {
              const [from, to] = [regionOf.get(producer)!, regionOf.get(index)!]
              const {type} = plan.subtasks[producer].resultPartitions.find((one) => one.dataSetId === edge.dataSetId)!
              if (type !== 'BLOCKING') expect(from).toBe(to)
              expect(from).toBeLessThanOrEqual(to)
              if (from !== to) expect(regions[to].consumes).toContain(from)
            }
          }
        }
      }),
      propertyOptions(),
    )
  })

  it('shared slots partition the subtasks, are as many as required, and hold at most one subtask of a vertex', () => {
    fc.assert(
      fc.property(drawn, (job) => {
        const plan = build(job)
        const slots = sharedSlots(plan)
        expect(slots.length).toBe(slotsRequired(plan.jobGraph).total)
        const indexes = slots.flatMap((slot) => slot.subtasks.map((subtask) => subtask.index))
        expect(indexes.sort((a, b) => a - b)).toEqual(plan.subtasks.map((subtask) => subtask.index))
        for (const {subtasks} of slots) {
          expect(new Set(subtasks.map((subtask) => subtask.vertex.vertexId)).size).toBe(subtasks.length)
          if (!job.slotSharing) expect(subtasks.length).toBe(1)
        }
      }),
      propertyOptions(),
    )
  })
})

describe('key groups', () => {
  it('the ranges of all subtasks tile [0, max parallelism) and agree with the subtask of each key group', () => {
    const sizes = fc.integer({min: 1, max: 512}).chain((max) => fc.tuple(fc.constant(max), fc.integer({min: 1, max})))
    fc.assert(
      fc.property(sizes, ([max, parallelism]) => {
        let next = 0
        for (let subtask = 0; subtask < parallelism; subtask++) {
          const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(subtask, parallelism, max)
          expect(keyGroupStart).toBe(next)
          for (let group = keyGroupStart; group <= keyGroupEndInclusive; group++) {
            expect(subtaskForKeyGroup(group, parallelism, max)).toBe(subtask)
          }
          next = keyGroupEndInclusive + 1
        }
        expect(next).toBe(max)
      }),
      propertyOptions(),
    )
  })
})
