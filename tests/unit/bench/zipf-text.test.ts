/**
 * Goal: generated texts are the same for the same seed, are what their facts say, and look as they should.
 * Method: small texts in a temporary folder, read back with plain string functions.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {writeDistinctText, writeZipfText} from '../../../bench/zipf-text.js'

const folder = mkdtempSync(join(tmpdir(), 'fts-bench-'))
afterAll(() => rmSync(folder, {recursive: true}))

const path = join(folder, 'text')
const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '')

describe('Zipf text', () => {
  it('is the same for the same seed, and another for another', async () => {
    const texts: string[] = []
    for (const seed of [1, 1, 2]) {
      await writeZipfText(path, 100_000, seed)
      texts.push(readFileSync(path, 'utf8'))
    }
    expect(texts[0] === texts[1]).toBe(true)
    expect(texts[0] === texts[2]).toBe(false)
  })

  it('has the size, words and lines that its facts say', async () => {
    const facts = await writeZipfText(path, 3_000_000, 7)
    const text = readFileSync(path, 'utf8')
    expect(facts).toEqual({
      sizeBytes: Buffer.byteLength(text),
      words: wordsOf(text).length,
      lines: text.split('\n').length - 1,
    })
    expect(facts.sizeBytes).toBeGreaterThan(2_999_000)
    expect(facts.sizeBytes).toBeLessThanOrEqual(3_000_000)
    expect(text.endsWith('\n')).toBe(true)
  })

  it('has half a percent of words that are not ASCII, and most of its words among the first', async () => {
    await writeZipfText(path, 3_000_000, 7)
    const words = wordsOf(readFileSync(path, 'utf8'))
    const share = words.filter((word) => /[^\0-\x7f]/.test(word)).length / words.length
    expect(share).toBeGreaterThan(0.004)
    expect(share).toBeLessThan(0.006)
    const counts = new Map<string, number>()
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    const [first, second] = [...counts.values()].sort((a, b) => b - a)
    expect(first / second).toBeGreaterThan(1.7)
    expect(first / second).toBeLessThan(2.3)
  })
})

describe('distinct text', () => {
  it('has every word once', async () => {
    const facts = await writeDistinctText(path, 100_001, 7)
    const words = wordsOf(readFileSync(path, 'utf8'))
    expect(facts.words).toBe(100_001)
    expect(new Set(words).size).toBe(100_001)
  })
})
