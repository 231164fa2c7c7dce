// Goal: every key group and every list element of a checkpoint reaches exactly the subtasks that it belongs to, at any parallelism.
// Method: a property over parallelisms against the definition; the refusals one by one.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {assignState, type CheckpointMetadata, type RestoringVertex} from '../../../src/checkpoint/index.js'
import {
  jobId,
  jobVertexId,
  keyGroupRangeOf,
  type ListDistribution,
  type OperatorSubtaskState,
  operatorId,
} from '../../../src/core/index.js'
import {propertyOptions} from '../../support/property-options.js'

const OP = operatorId('op')

function checkpoint(
  subtasks: readonly (OperatorSubtaskState | undefined)[],
  more: {finished?: number[]; splits?: unknown} = {},
) {
  const metadata: CheckpointMetadata = {
    jobId: jobId('j'),
    jobName: 'j',
    checkpointId: 5,
    type: 'checkpoint',
    timestampMs: 0,
    vertices: [
      {
        vertexId: jobVertexId('old'),
        name: 'v',
        parallelism: subtasks.length,
        maxParallelism: 128,
        finishedSubtasks: more.finished ?? [],
        operators: [{operatorId: OP, name: 'count', subtasks}],
        ...(more.splits === undefined ? {} : {splits: more.splits}),
      },
    ],
  }
  return {folder: '/ck/chk-5', metadata}
}

function vertex(parallelism: number, more: Partial<RestoringVertex> = {}): RestoringVertex {
  const operators = [{operatorId: OP, name: 'count'}]
  return {vertexId: jobVertexId('new'), name: 'v', parallelism, maxParallelism: 128, operators, inputs: [], ...more}
}

const restored = (subtasks: readonly (OperatorSubtaskState | undefined)[], parallelism: number) =>
  assignState(checkpoint(subtasks), [vertex(parallelism)], {allowsUnmapped: false}).restores.get(jobVertexId('new'))!

describe('assignState', () => {
  it('gives each subtask the handles that hold its key groups, and no others', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 128}), fc.integer({min: 1, max: 128}), (before, after) => {
        const subtasks = Array.from({length: before}, (_, index) => ({
          operatorId: OP,
          keyed: {...keyGroupRangeOf(index, before, 128), format: String(index), files: []},
          lists: [],
        }))
        restored(subtasks, after).forEach(({operators}, index) => {
          const range = keyGroupRangeOf(index, after, 128)
          const expected = new Set<string>()
          for (let group = range.keyGroupStart; group <= range.keyGroupEndInclusive; group++)
            expected.add(String(Math.floor((group * before) / 128)))
          expect(new Set(operators[0].keyed.map(({format}) => format))).toEqual(expected)
        })
      }),
      propertyOptions(),
    )
  })

  it('deals out lists as they say', () => {
    const distributions: ListDistribution[] = ['split', 'union', 'broadcast']
    fc.assert(
      fc.property(fc.array(fc.nat(4), {minLength: 1, maxLength: 8}), fc.integer({min: 1, max: 8}), (sizes, after) => {
        let next = 0
        const subtasks = sizes.map((size) => ({
          operatorId: OP,
          lists: distributions.map((distribution) => ({
            name: distribution,
            distribution,
            elements: Array.from({length: distribution === 'broadcast' ? 2 : size}, () => Uint8Array.of(next++)),
          })),
        }))
        const elements = (
          subtask: {operators: readonly {lists: readonly {name: string; elements: readonly Uint8Array[]}[]}[]},
          name: string,
        ) =>
          subtask.operators[0].lists
            .filter((list) => list.name === name)
            .flatMap((list) => list.elements.map(([byte]) => byte))
        const all = (name: string) => subtasks.flatMap((one) => elements({operators: [one]}, name))
        const after_ = restored(subtasks, after)
        const split = after_.map((one) => elements(one, 'split'))
        expect(split.flat().sort()).toEqual(all('split').sort())
        if (after === sizes.length) expect(split).toEqual(subtasks.map((one) => elements({operators: [one]}, 'split')))
        else
          expect(
            Math.max(...split.map(({length}) => length)) - Math.min(...split.map(({length}) => length)),
          ).toBeLessThan(2)
        for (const one of after_) {
          expect(elements(one, 'union')).toEqual(all('union'))
          expect(elements(one, 'broadcast')).toHaveLength(2)
        }
      }),
      propertyOptions(),
    )
  })

  it('remembers who had finished', () => {
    const finishedOf = (finished: number[], parallelism: number) =>
      assignState(checkpoint([undefined, undefined], {finished}), [vertex(parallelism)], {allowsUnmapped: false})
        .restores.get(jobVertexId('new'))!
        .map((one) => one.finished === true)
    expect(finishedOf([1], 2)).toEqual([false, true])
    expect(finishedOf([1], 3)).toEqual([false, false, false])
    expect(finishedOf([0, 1], 3)).toEqual([true, true, true])
  })

  it('tells what was mapped, and refuses to leave state behind unasked', () => {
    const lists = [{name: 'l', distribution: 'split' as const, elements: []}]
    const from = checkpoint([{operatorId: OP, lists}], {splits: {version: 1}})
    const other = vertex(1, {operators: [{operatorId: operatorId('x'), name: 'other'}]})
    expect(() => assignState(from, [other], {allowsUnmapped: false})).toThrow(
      expect.objectContaining({
        kind: 'user',
        code: 'FTS_STATE_NOT_MAPPED',
        message: 'the checkpoint in /ck/chk-5 has state of "count" (op), which the job does not have',
        tryThis: expect.stringContaining('-n'),
      }),
    )
    expect(assignState(from, [other], {allowsUnmapped: true})).toMatchObject({
      mapped: [],
      fresh: ['other'],
      unmapped: ['count'],
    })
    const same = assignState(from, [vertex(4)], {allowsUnmapped: false})
    expect(same).toMatchObject({mapped: ['count'], fresh: [], unmapped: []})
    expect([...same.splits]).toEqual([['new', {version: 1}]])
  })

  it('refuses another max parallelism where key groups count', () => {
    const keyed = {keyGroupStart: 0, keyGroupEndInclusive: 127, format: 'f', files: []}
    const from = checkpoint([{operatorId: OP, keyed, lists: []}])
    const restore = (parallelism: number, maxParallelism: number) => () =>
      assignState(from, [vertex(parallelism, {maxParallelism})], {allowsUnmapped: false})
    expect(restore(200, 512)).toThrow(
      expect.objectContaining({
        code: 'FTS_MAX_PARALLELISM',
        message: '"count" cannot be restored at parallelism 200: its state was written with a max parallelism of 128',
        tryThis: 'Use -p 128 or less.',
      }),
    )
    expect(restore(4, 64)).toThrow(expect.objectContaining({code: 'FTS_MAX_PARALLELISM'}))
    expect(restore(128, 128)().mapped).toEqual(['count'])
  })
})
