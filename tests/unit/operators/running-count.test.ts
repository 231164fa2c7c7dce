// Goal: words.running-count gives a row for each row, in order, with the count up to there; and ends clearly when memory is full.
// Method: the operator harness.
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel} from '../../../src/columns/index.js'
import {RunningCountOperator} from '../../../src/operators/words/running-count.js'
import {OperatorHarness, type Row, wordBatch, wordBatches} from '../../support/operator-harness.js'

function harnessOf(memoryBytes = 64 * 1024 * 1024) {
  return new OperatorHarness(new RunningCountOperator(createTypeScriptWordKernel), {memoryBytes, roomPerTurn: 1})
}

describe('RunningCountOperator', () => {
  it('counts word by word, across batches', async () => {
    const harness = harnessOf()
    const rows = await harness.run([wordBatch([['a'], ['b'], ['a']]), wordBatch([['b'], ['a'], ['c']])])
    expect(rows).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 2],
      ['a', 3],
      ['c', 1],
    ])
    expect(harness.ledger(6)).toBe(0)
  })

  it('adds the counts that rows bring', async () => {
    const rows = await harnessOf().run([
      wordBatch([
        ['a', 5],
        ['a', 2],
      ]),
    ])
    expect(rows).toEqual([
      ['a', 5],
      ['a', 7],
    ])
  })

  it('ends with an error that names the options when the words outgrow the memory', async () => {
    const many: Row[] = Array.from({length: 100_000}, (_, i) => [`word${i}`])
    const error = await harnessOf(1024 * 1024)
      .run(wordBatches(many, 1000))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({kind: 'fatal', code: 'FTS_STATE_EXCEEDS_MEMORY'})
    expect(error).toMatchObject({tryThis: expect.stringContaining('taskmanager.memory.managed.fraction')})
    expect(error).toMatchObject({message: expect.stringContaining('1 MiB')})
  })
})
