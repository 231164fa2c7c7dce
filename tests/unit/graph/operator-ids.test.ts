// Goal: operator ids are Flink's where there is a uid, and stable but telling where there is none.
// Method: vectors recorded on Flink 2.3; two builds of one program; a program with one operator more.
import {describe, expect, it} from 'vitest'
import {operatorIdOfUid, StreamGraph} from '../../../src/graph/index.js'
import {murmur3Hash128} from '../../../src/graph/murmur3-128.js'
import {jobGraphOf, node, wordCountGraph} from './graph-examples.js'

function graphWithoutUids(middle: readonly string[]): StreamGraph {
  const graph = new StreamGraph()
  let last = graph.addSource(node('lines'))
  for (const name of [...middle, 'out']) {
    const next = graph.addOperator(node(name))
    graph.addEdge({source: last, target: next})
    last = next
  }
  return graph
}

const idsOf = (graph: StreamGraph, chainingEnabled = true) =>
  jobGraphOf(graph, {chainingEnabled}).vertices.flatMap((vertex) => vertex.operators.map((one) => one.operatorId))

describe('operator ids', () => {
  it.each([
    ['src', 'f362c87ffabe89c8a91fa7d0a523ba6c'],
    ['win', '1fda57489fc99cc8f66c9108fd52ccef'],
    ['my-uid', '8409efe6adc6d20787611f16017c808f'],
  ])('uid %s gives the id Flink gives', (uid, id) => {
    expect(operatorIdOfUid(uid)).toBe(id)
  })

  it.each([
    // MurmurHash3's own published vectors for x64_128, seed 0.
    ['', '00000000000000000000000000000000'],
    ['The quick brown fox jumps over the lazy dog', '6c1b07bc7bbc4be347939ac4a93c437a'],
  ])('the hash of %j', (text, hash) => {
    expect(murmur3Hash128(new TextEncoder().encode(text))).toBe(hash)
  })

  it('a vertex has the id of its head', () => {
    expect(jobGraphOf(wordCountGraph()).vertices.map((vertex) => vertex.vertexId)).toEqual([
      'f362c87ffabe89c8a91fa7d0a523ba6c',
      '1fda57489fc99cc8f66c9108fd52ccef',
    ])
  })

  it('without uids: the same program gives the same ids, all different', () => {
    const ids = idsOf(graphWithoutUids(['a', 'b']))
    expect(idsOf(graphWithoutUids(['a', 'b']))).toEqual(ids)
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  it('without uids: names do not matter, chaining and topology do', () => {
    const ids = idsOf(graphWithoutUids(['a', 'b']))
    expect(idsOf(graphWithoutUids(['x', 'y']))).toEqual(ids)
    expect(idsOf(graphWithoutUids(['a', 'b']), false)[0]).not.toBe(ids[0])
    expect(idsOf(graphWithoutUids(['a', 'b', 'c']))[3]).not.toBe(ids[3])
  })
})
