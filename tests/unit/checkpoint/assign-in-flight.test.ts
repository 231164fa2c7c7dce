// Goal: what was under way reaches exactly the subtasks that it belongs to now, in the order in which it was sent, at any parallelism; and a job
// without the exchange is refused.
// Method: a property over parallelisms and partitioners against the definition (each old channel once, or once for each owner of its key groups).
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {assignInFlight, type ReceivingVertex, type VertexMetadata} from '../../../src/checkpoint/index.js'
import {type InFlightHandle, jobVertexId, keyGroupRangeOf} from '../../../src/core/index.js'
import {propertyOptions} from '../../support/property-options.js'

const [SOURCE, SINK] = [jobVertexId('source'), jobVertexId('sink')]

const handle = (name: string, channels: InFlightHandle['channels']): InFlightHandle => ({
  format: 'in-flight 1',
  file: {path: `/c/${name}`, sizeBytes: 1, crc32: 1},
  channels,
})

const inputs = [{producer: SOURCE, partitionIndex: 1}]

/** A checkpoint in which each channel from source to sink has something at both of its ends. */
function oldVertices(producers: number, consumers: number): VertexMetadata[] {
  const common = {maxParallelism: 128, finishedSubtasks: [], operators: []}
  const all = (count: number, of: (index: number) => InFlightHandle) => Array.from({length: count}, (_, i) => of(i))
  const channel = (side: 'input' | 'output', exchange: number, peer: number) => ({side, exchange, peer, sizeBytes: 1})
  const peers = (count: number) => Array.from({length: count}, (_, i) => i)
  const unsent = all(producers, (p) =>
    handle(
      `p${p}`,
      peers(consumers).map((c) => channel('output', 1, c)),
    ),
  )
  const received = all(consumers, (c) =>
    handle(
      `c${c}`,
      peers(producers).map((p) => channel('input', 0, p)),
    ),
  )
  return [
    {...common, vertexId: SOURCE, name: 'source', parallelism: producers, inFlight: {inputs: [], subtasks: unsent}},
    {...common, vertexId: SINK, name: 'sink', parallelism: consumers, inFlight: {inputs, subtasks: received}},
  ]
}

function newVertices(producers: number, consumers: number, partitioner: string): ReceivingVertex[] {
  const other = {producer: jobVertexId('other'), partitionIndex: 0, partitioner: 'hash'}
  return [
    {vertexId: SOURCE, name: 'source', parallelism: producers, maxParallelism: 128, inputs: []},
    {
      vertexId: SINK,
      name: 'sink',
      parallelism: consumers,
      maxParallelism: 128,
      inputs: [other, {...inputs[0], partitioner}],
    },
  ]
}

const parallelism = fc.integer({min: 1, max: 7})

describe('assignInFlight', () => {
  it('takes every old channel once, whole and in order, to each subtask that has a part in it', () => {
    const kinds = fc.constantFrom('hash', 'custom', 'rebalance', 'shuffle', 'global')
    fc.assert(
      fc.property(parallelism, parallelism, parallelism, parallelism, kinds, (p, c, newP, newC, kind) => {
        const assigned = assignInFlight('/c', oldVertices(p, c), newVertices(newP, newC, kind)).get(SINK)!
        const isSame = p === newP && c === newC
        const takers = new Map<string, number[]>()
        assigned.forEach((channels, subtask) => {
          for (const {gate, producerSubtask, parts, rescaled} of channels) {
            expect(gate).toBe(1)
            expect(parts.map(({channel}) => channel)).toEqual([
              {side: 'input', exchange: 0, peer: producerSubtask},
              {side: 'output', exchange: 1, peer: Number(parts[0].file.path.slice('/c/c'.length))},
            ])
            expect(parts[1].file.path).toBe(`/c/p${producerSubtask}`)
            expect(rescaled).toBe(isSame ? undefined : kind === 'hash' || kind === 'custom' ? 'own' : 'whole')
            const key = `${producerSubtask} ${parts[0].file.path}`
            takers.set(key, [...(takers.get(key) ?? []), subtask])
          }
        })
        expect(takers.size).toBe(p * c)
        for (const [key, subtasks] of takers) {
          const old = Number(key.split('/c/c')[1])
          expect(new Set(subtasks).size).toBe(subtasks.length)
          if (isSame) expect(subtasks).toEqual([old])
          else if (kind === 'custom') expect(subtasks).toHaveLength(newC)
          else if (kind === 'hash') expect(subtasks).toEqual(ownersOf(old, c, newC))
          else expect(subtasks).toHaveLength(1)
        }
      }),
      propertyOptions(),
    )
  })

  it('keeps the order of what a producer sent to a consumer: the channels of one come in the order of the producers', () => {
    const assigned = assignInFlight('/c', oldVertices(3, 2), newVertices(3, 1, 'hash')).get(SINK)!
    expect(assigned[0].map(({producerSubtask, parts}) => [producerSubtask, parts[0].file.path])).toEqual([
      [0, '/c/c0'],
      [1, '/c/c0'],
      [2, '/c/c0'],
      [0, '/c/c1'],
      [1, '/c/c1'],
      [2, '/c/c1'],
    ])
  })

  it('takes nothing where nothing was under way', () => {
    const vertices = oldVertices(2, 2).map(({inFlight: _, ...vertex}) => vertex)
    expect(assignInFlight('/c', vertices, newVertices(2, 2, 'hash')).size).toBe(0)
  })

  it('refuses a job without the exchange', () => {
    const [source, sink] = newVertices(2, 2, 'hash')
    const expected = expect.objectContaining({
      kind: 'user',
      code: 'FTS_IN_FLIGHT_NOT_MAPPED',
      message: expect.stringContaining('on its way from "source" to "sink"'),
    })
    expect(() => assignInFlight('/c', oldVertices(2, 2), [source])).toThrow(expected)
    expect(() => assignInFlight('/c', oldVertices(2, 2), [source, {...sink, inputs: []}])).toThrow(expected)
  })
})

function ownersOf(old: number, before: number, after: number): number[] {
  const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(old, before, 128)
  const owners = new Set<number>()
  for (let group = keyGroupStart; group <= keyGroupEndInclusive; group++) owners.add(Math.floor((group * after) / 128))
  return [...owners].sort((a, b) => a - b)
}
