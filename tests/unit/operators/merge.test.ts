// Goal: rows.merge makes one sorted stream of sorted channels, asks for the channels it needs, and stops at its limit.
// Method: the operator harness; channels are fed as `selectChannel` asks; the oracle is a sort of all rows.
import {describe, expect, it} from 'vitest'
import {createWordKernel} from '../../../src/columns/index.js'
import {MergeOperator} from '../../../src/operators/rows/merge.js'
import {OperatorHarness, type Row, wordBatches} from '../../support/operator-harness.js'
import {sortedRows} from '../../support/word-oracle.js'

const NO_LIMIT = Number.POSITIVE_INFINITY

function channelsOf(rows: readonly Row[], channelCount: number, order: 'count' | 'word') {
  const parts = Array.from({length: channelCount}, () => new Map<string, number>())
  rows.forEach(([word, count], i) => {
    parts[i % channelCount].set(word, count ?? 1)
  })
  return parts.map((part) => wordBatches(sortedRows(part, order), 300))
}

async function merge(options: {channelCount: number; order: 'count' | 'word'; limit: number; rows: readonly Row[]}) {
  const {channelCount, order, limit} = options
  const harness = new OperatorHarness(new MergeOperator(createWordKernel, {order, limit}), {
    inputChannelCounts: [channelCount],
    roomPerTurn: 1,
  }).open()
  const channels = channelsOf(options.rows, channelCount, order)
  const ended = channels.map(() => false)
  while (ended.includes(false)) {
    await harness.drained()
    const wanted = harness.operator.selectChannel?.() ?? -1
    const channel = wanted >= 0 ? wanted : ended.indexOf(false)
    const batch = channels[channel].shift()
    if (batch !== undefined) await harness.process(batch, channel)
    else {
      ended[channel] = true
      harness.operator.channelFinished?.(0, channel)
    }
  }
  await harness.finish()
  harness.close()
  return harness
}

const ROWS: readonly Row[] = Array.from({length: 10_000}, (_, i) => [`w${i * 31}`, (i * 7) % 40])

describe.each(['count', 'word'] as const)('MergeOperator, order %s', (order) => {
  it.each([1, 2, 3, 8, 33])('merges %s channels', async (channelCount) => {
    const harness = await merge({channelCount, order, limit: NO_LIMIT, rows: ROWS})
    expect(harness.rows).toEqual(sortedRows(new Map(ROWS as [string, number][]), order))
    expect(harness.ledger(ROWS.length)).toBe(0)
  })

  it.each([1, 4])('stops at its limit, with %s channels', async (channelCount) => {
    const harness = await merge({channelCount, order, limit: 3000, rows: ROWS})
    expect(harness.rows).toEqual(sortedRows(new Map(ROWS as [string, number][]), order).slice(0, 3000))
    expect(harness.ledger(ROWS.length)).toBe(0)
  })

  it('takes channels without rows', async () => {
    const harness = await merge({channelCount: 5, order, limit: NO_LIMIT, rows: [['only', 1]]})
    expect(harness.rows).toEqual([['only', 1]])
    expect((await merge({channelCount: 2, order, limit: NO_LIMIT, rows: []})).rows).toEqual([])
  })
})

describe('MergeOperator', () => {
  it('refuses to be several subtasks', () => {
    const harness = new OperatorHarness(new MergeOperator(createWordKernel, {order: 'count', limit: NO_LIMIT}), {
      parallelism: 2,
    })
    expect(() => harness.open()).toThrowError(expect.objectContaining({kind: 'user', code: 'FTS_MERGE_PARALLELISM'}))
  })
})
