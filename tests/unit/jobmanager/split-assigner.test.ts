// Goal: splits cover every byte of the input once, in order, get smaller towards the end, and come back from failed attempts.
// Method: whole runs of requests, random ones as a property.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Split} from '../../../src/core/index.js'
import type {SourceInputSpec} from '../../../src/graph/index.js'
import {SplitAssigner} from '../../../src/jobmanager/split-assigner.js'
import {propertyOptions} from '../../support/property-options.js'

const MIB = 1024 * 1024

function input(splitSizeBytes: number, files: readonly (readonly [number, 'none' | 'gzip'])[]): SourceInputSpec {
  return {
    kind: 'files',
    splitSizeBytes,
    files: files.map(([sizeBytes, compression], index) => ({path: `f${index}`, sizeBytes, compression})),
  }
}

/** Grants to the subtasks in turn until all have been told that there is no more. */
function drain(assigner: SplitAssigner, parallelism: number): Split[][] {
  const grants: Split[][] = []
  const asking = new Set(Array.from({length: parallelism}, (_, index) => index))
  while (asking.size > 0)
    for (const subtask of [...asking]) {
      const {splits, noMoreSplits} = assigner.grant(subtask)
      grants.push([...splits])
      if (noMoreSplits) asking.delete(subtask)
    }
  return grants
}

const ranges = (splits: readonly Split[]) =>
  splits.map((split) => (split.kind === 'file' ? [split.path, split.startByte, split.endByte] : split.kind))

const sizes = (grants: readonly (readonly Split[])[]) =>
  grants.map((splits) =>
    splits.reduce((sum, split) => sum + (split.kind === 'file' ? split.endByte - split.startByte : 0), 0),
  )

describe('SplitAssigner', () => {
  it('gives large grants first and small ones at the end', () => {
    const assigner = new SplitAssigner(input(4 * MIB, [[100 * MIB, 'none']]), 2)
    const mebibytes = sizes(drain(assigner, 2)).map((bytes) => Math.round((bytes / MIB) * 10) / 10)
    expect(mebibytes).toEqual([16, 16, 16, 13, 9.8, 7.3, 5.5, 4.5, 3, 2.2, 1.7, 1.3, 0.9, 0.7, 0.5, 0.5, 0.5, 0.6, 0])
    expect(assigner.totalBytes).toBe(100 * MIB)
  })

  it('cuts a small file in two for two subtasks, and a tiny one not at all', () => {
    expect(sizes(drain(new SplitAssigner(input(4 * MIB, [[MIB, 'none']]), 2), 2))).toEqual([MIB / 2, MIB / 2, 0])
    expect(sizes(drain(new SplitAssigner(input(4 * MIB, [[1000, 'none']]), 8), 8))).toEqual([1000, 0, 0, 0, 0, 0, 0, 0])
  })

  it('gives a stream as one split, each to who asks for it, and does not know how long it is', () => {
    const streams = ['a', 'b'].map((path) => ({path, sizeBytes: 0, compression: 'none', isStream: true}) as const)
    const assigner = new SplitAssigner({kind: 'files', splitSizeBytes: MIB, files: streams}, 2)
    expect(assigner.totalBytes).toBeUndefined()
    expect(drain(assigner, 2).map((splits) => splits.map((split) => 'isStream' in split && split.path))).toEqual([
      ['a'],
      ['b'],
      [],
    ])
  })

  it('does not shrink the grants of a single subtask', () => {
    expect(sizes(drain(new SplitAssigner(input(MIB, [[6 * MIB, 'none']]), 1), 1))).toEqual([4 * MIB, 2 * MIB])
  })

  it('leaves compressed files whole and empty ones out', () => {
    const assigner = new SplitAssigner(
      input(100, [
        [0, 'none'],
        [1000, 'gzip'],
        [150, 'none'],
        [0, 'gzip'],
      ]),
      1,
    )
    expect(ranges(drain(assigner, 1).flat())).toEqual([
      ['f1', 0, 1000],
      ['f2', 0, 150],
    ])
  })

  it('says at once that empty input has no splits', () => {
    expect(new SplitAssigner(input(100, []), 2).grant(0)).toEqual({splits: [], noMoreSplits: true})
  })

  it('gives stdin and a socket to subtask 0', () => {
    const socket = new SplitAssigner({kind: 'socket', host: 'localhost', port: 9999}, 2)
    expect(socket.grant(1)).toEqual({splits: [], noMoreSplits: true})
    expect(socket.grant(0)).toEqual({
      splits: [{kind: 'socket', host: 'localhost', port: 9999, splitId: 0}],
      noMoreSplits: true,
    })
    expect(socket.totalBytes).toBeUndefined()
  })

  it('knows in a restored job which streams were read, and with which journals; a stream that nobody has had is still given', () => {
    const before = new SplitAssigner({kind: 'socket', host: 'old', port: 1}, 2)
    before.journaledIn('/old/taskowned', 'v')
    const unread = before.snapshot()
    before.grant(0)
    const read = before.snapshot()
    const inNewRun = () => {
      const assigner = new SplitAssigner({kind: 'socket', host: 'new', port: 2}, 2)
      assigner.journaledIn('/new/taskowned', 'w')
      return assigner
    }
    const restored = inNewRun()
    restored.restore(read)
    const split = {kind: 'socket', splitId: 0, host: 'new', port: 2, journal: '/new/taskowned/journal-w-0'}
    expect(restored.inherited()).toEqual([{split, left: '/old/taskowned/journal-v-0'}])
    expect(restored.grant(0)).toEqual({splits: [], noMoreSplits: true})
    const fresh = inNewRun()
    fresh.restore(unread)
    expect([fresh.inherited(), fresh.grant(0).splits]).toEqual([[], [split]])
    expect(() => new SplitAssigner({kind: 'stdin'}, 1).restore(read)).toThrow(
      expect.objectContaining({code: 'FTS_INPUT_CHANGED', kind: 'user'}),
    )
  })

  it('hands the splits of a failed attempt out again', () => {
    const assigner = new SplitAssigner(input(100, [[1000, 'none']]), 1)
    const first = assigner.grant(0)
    assigner.returnSplitsOf(0)
    const again = drain(assigner, 1).flat()
    expect(ranges(again).sort()).toEqual(ranges([...first.splits, ...again.slice(first.splits.length)]).sort())
    expect(new Set(again.map((split) => split.splitId)).size).toBe(again.length)
  })

  it('covers every byte once', () => {
    const file = fc.tuple(fc.integer({min: 0, max: 3000}), fc.constantFrom('none' as const, 'gzip' as const))
    const property = fc.property(
      fc.array(file, {maxLength: 12}),
      fc.integer({min: 1, max: 900}),
      fc.integer({min: 1, max: 8}),
      (files, splitSize, parallelism) => {
        const done = new Map<string, number>()
        for (const split of drain(new SplitAssigner(input(splitSize, files), parallelism), parallelism).flat()) {
          if (split.kind !== 'file') throw new Error('expected a file')
          expect(split.startByte).toBe(done.get(split.path) ?? 0)
          expect(split.endByte).toBeGreaterThan(split.startByte)
          done.set(split.path, split.endByte)
        }
        files.forEach(([size], index) => {
          expect(done.get(`f${index}`) ?? 0).toBe(size)
        })
      },
    )
    fc.assert(property, propertyOptions())
  })
})
