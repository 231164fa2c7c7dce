// Goal: words.tokenize makes one row a word, in order, and keeps its ledger, however little room the output has.
// Method: the operator harness with the TypeScript kernels, against text.toLowerCase().split(/\s+/).
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel} from '../../../src/columns/index.js'
import {TokenizeOperator} from '../../../src/operators/words/tokenize.js'
import {OperatorHarness, textBatch} from '../../support/operator-harness.js'
import {wordsOf} from '../../support/word-oracle.js'

const TEXT = 'To be, or not\tto BE\n\nÉtude Große ΣΑΣ naïve\u2003wide\r\nlast'
const LONG = Array.from({length: 9000}, (_, i) => `Word${i % 700} x`).join('\n')

function tokenizer() {
  return new TokenizeOperator(createTypeScriptWordKernel)
}

describe('TokenizeOperator', () => {
  it.each([false, true])('gives the words of each block in order (reserved memory: %s)', async (usesReservedBytes) => {
    const harness = new OperatorHarness(tokenizer(), {usesReservedBytes})
    const rows = await harness.run([textBatch(`${TEXT}\n`), textBatch(''), textBatch(LONG)])
    expect(rows.map(([word]) => word)).toEqual([...wordsOf(TEXT), ...wordsOf(LONG)])
    expect(harness.ledger(4 + 9000)).toBe(0)
  })

  it('goes on where it stopped when the output has room again, also when the block is gone', async () => {
    const harness = new OperatorHarness(tokenizer(), {roomPerTurn: 1})
    const rows = await harness.run([textBatch(LONG), textBatch(TEXT)])
    expect(rows.map(([word]) => word)).toEqual([...wordsOf(LONG), ...wordsOf(TEXT)])
    expect(harness.waits).toBeGreaterThan(4)
  })

  it('gives the key hashes that the partitioner needs', async () => {
    const harness = new OperatorHarness(tokenizer())
    await harness.run([textBatch('ab B')])
    expect(harness.emitted[0].keyHashes).toEqual([3105, 98])
  })

  it('counts lines without a word as filtered, so that the ledger balances', async () => {
    const harness = new OperatorHarness(tokenizer())
    await harness.run([textBatch('\n\n\n \n')])
    expect(harness.metrics.get('recordsFiltered')).toBe(4)
    expect(harness.ledger(4)).toBe(0)
  })

  it('reports invalid UTF-8 once, at the end', async () => {
    const harness = new OperatorHarness(tokenizer())
    await harness.run([textBatch(Uint8Array.of(0x61, 0xff, 0x20, 0xc3, 0x20, 0x62))])
    expect(harness.rows.map(([word]) => word)).toEqual(['a\ufffd', '\ufffd', 'b'])
    expect(harness.reports).toEqual({invalidUtf8: 2})
    expect(harness.metrics.get('invalidUtf8')).toBe(2)
  })
})
