/*
 * Goal    A word table keeps to its limit, says so when a word can never fit, and refuses wrong use.
 * Method  Both kernels are filled until they are full, with texts whose answer is known. What they count is in the
 *         property test.
 */
import {describe, expect, it} from 'vitest'
import {
  type ColumnBatch,
  compileWordModule,
  createTypeScriptWordKernel,
  createWordKernel,
  type Float64Column,
  type Utf8Column,
  WORD_TABLE_LIMIT_BYTES_MIN,
} from '../../../src/columns/index.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const one = Float64Array.of(1)

function wordsColumn(...words: readonly string[]): Utf8Column {
  const bytes = utf8(words.join(''))
  const offsets = new Int32Array(words.length + 1)
  words.forEach((word, i) => {
    offsets[i + 1] = offsets[i] + utf8(word).length
  })
  return {type: 'utf8', bytes, offsets}
}

function rowsOf(batch: ColumnBatch | undefined): [string, number][] {
  if (batch === undefined) return []
  const [words, counts] = batch.columns as readonly [Utf8Column, Float64Column]
  return Array.from({length: batch.rowCount}, (_, i) => [
    Buffer.from(words.bytes.subarray(words.offsets[i], words.offsets[i + 1])).toString(),
    counts.values[i],
  ])
}

describe.each([createWordKernel(), createTypeScriptWordKernel()])('word table of kernel $name', (kernel) => {
  it('stops at a word border when it is full and goes on after it was cleared', () => {
    const text = utf8(Array.from({length: 40_000}, (_, i) => `word${i}`).join(' '))
    const table = kernel.newTable(1)
    expect(table.limitBytes).toBe(WORD_TABLE_LIMIT_BYTES_MIN)
    let rows = 0
    for (let at = 0; at < text.length; ) {
      const reached = table.countText(text, at)
      expect(reached).toBeGreaterThan(at)
      if (reached < text.length) expect(Buffer.from(text.subarray(reached, reached + 4)).toString()).toBe('word')
      expect(table.memoryBytes).toBeLessThanOrEqual(table.limitBytes)
      rows += table.size
      table.clear()
      at = reached
    }
    expect(rows).toBe(40_000)
  })

  it('goes on without clearing when the limit is raised', () => {
    const text = utf8(Array.from({length: 40_000}, (_, i) => `word${i}`).join(' '))
    const table = kernel.newTable(0)
    const reached = table.countText(text, 0)
    expect(reached).toBeLessThan(text.length)
    table.setLimit(64 * 1024 * 1024)
    expect(table.countText(text, reached)).toBe(text.length)
    expect(table.size).toBe(40_000)
  })

  it('takes rows until it is full', () => {
    const words = wordsColumn(...Array.from({length: 40_000}, (_, i) => `word${i}`))
    const counts = new Float64Array(40_000).fill(2)
    const table = kernel.newTable(0)
    const taken = table.addRows(words, counts, 40_000, 0)
    expect(taken).toBe(table.size)
    expect(taken).toBeLessThan(40_000)
    expect(table.stats().words).toBe(taken * 2)
  })

  it('names a word that does not fit into the empty table', () => {
    const table = kernel.newTable(0)
    const word = 'x'.repeat(WORD_TABLE_LIMIT_BYTES_MIN)
    const expected = expect.objectContaining({kind: 'user', code: 'FTS_WORD_TOO_LONG'})
    expect(() => table.countText(utf8(`a ${word} b`), 2)).toThrow(expected)
    expect(() => table.addRows(wordsColumn(word), one, 1, 0)).toThrow(expected)
    expect(table.countText(utf8(`a ${word} b`), 0)).toBe(2)
    table.setLimit(8 * WORD_TABLE_LIMIT_BYTES_MIN)
    expect(table.countText(utf8(`a ${word} b`), 2)).toBe(word.length + 4)
    expect(table.addRows(wordsColumn(word, 'a'), Float64Array.of(5, 7), 2, 0)).toBe(2)
    table.startReading('count')
    expect(rowsOf(table.readRows(1))).toEqual([['a', 8]])
    expect(rowsOf(table.readRows(1))).toEqual([[word, 6]])
    expect(rowsOf(table.readRows(1))).toEqual([['b', 1]])
    expect(table.readRows(9)).toBeUndefined()
  })

  it('never normalises rows: they are words already', () => {
    const table = kernel.newTable(0)
    table.addRows(wordsColumn('ÀΣ', 'ÀΣ'), Float64Array.of(1, 2 ** 52), 2, 0)
    table.countText(utf8('ÀΣ àς'), 0)
    table.startReading('count')
    expect(rowsOf(table.readRows(9))).toEqual([
      ['ÀΣ', 2 ** 52 + 1],
      ['àς', 2],
    ])
  })

  it('holds counts beyond 32 bits exactly', () => {
    const table = kernel.newTable(0)
    const running = new Float64Array(3)
    table.addRows(wordsColumn('a', 'a', 'a'), Float64Array.of(2 ** 53 - 3, 1, 1), 3, 0, running)
    expect([...running]).toEqual([2 ** 53 - 3, 2 ** 53 - 2, 2 ** 53 - 1])
  })

  it('keeps words with NUL apart from words without', () => {
    const table = kernel.newTable(0)
    table.countText(utf8('a a\0 a\0\0 a\0 \0'), 0)
    table.startReading('word')
    expect(rowsOf(table.readRows(9))).toEqual([
      ['\0', 1],
      ['a', 1],
      ['a\0', 2],
      ['a\0\0', 1],
    ])
  })

  it('orders words with long equal beginnings', () => {
    const table = kernel.newTable(1 << 24)
    const words = Array.from({length: 3000}, (_, i) => `${'p'.repeat(7 + (i % 5) * 9)}${(i * 7919) % 3000}`)
    table.countText(utf8(words.join('\n')), 0)
    table.startReading('word')
    const read: string[] = []
    for (let batch = table.readRows(512); batch !== undefined; batch = table.readRows(512)) {
      read.push(...rowsOf(batch).map(([word]) => word))
    }
    expect(read).toEqual([...new Set(words)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  })

  it('orders large counts', () => {
    const table = kernel.newTable(1 << 24)
    const names = Array.from({length: 2000}, (_, i) => `n${i}`)
    const counts = Float64Array.from(names, (_, i) => 250 + ((i * 37) % 50) * (i % 3))
    table.addRows(wordsColumn(...names), counts, names.length, 0)
    table.startReading('count')
    const expected = names.map((name, i) => [name, counts[i]] as const)
    expected.sort((a, b) => b[1] - a[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])))
    expect(rowsOf(table.readRows(2000))).toEqual(expected)
  })

  it('does not count between reading and clearing', () => {
    const table = kernel.newTable(0)
    table.countText(utf8('é a'), 0)
    table.startReading('none')
    table.startReading('word')
    expect(table.stats()).toEqual({words: 2, invalidUtf8: 0})
    expect(() => table.countText(utf8('b'), 0)).toThrow(/cleared/)
    expect(() => table.addRows(wordsColumn('b'), one, 1, 0)).toThrow(/cleared/)
    table.clear()
    expect(table.countText(utf8('b'), 0)).toBe(1)
  })

  it('reuses the input memory', () => {
    const table = kernel.newTable(0)
    const input = table.reserveInput(100)
    expect(input.length).toBeGreaterThanOrEqual(100)
    expect(table.reserveInput(50)).toBe(input)
    table.free()
  })
})

describe('the choice of the kernel', () => {
  it('is WebAssembly unless asked otherwise, with a module from elsewhere where given', () => {
    expect(createWordKernel().name).toBe('wasm')
    expect(createWordKernel({preferred: 'typescript'}).name).toBe('typescript')
    expect(createWordKernel({module: compileWordModule()}).name).toBe('wasm')
  })

  it('gives memory back', () => {
    const table = createWordKernel().newTable(1 << 24)
    expect(table.memoryBytes).toBeGreaterThan(0)
    table.free()
    expect(table.memoryBytes).toBe(0)
    expect(() => table.countText(utf8('a'), 0)).toThrow(/freed/)
  })
})
