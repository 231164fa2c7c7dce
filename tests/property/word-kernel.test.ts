/*
 * Goal    Both word kernels give the answer of `text.toLowerCase().split(/\s+/).filter(Boolean)` for any bytes.
 * Method  Random texts from pieces that are hard on purpose (final sigma, dotted I, white space of every plane, invalid
 *         UTF-8 of every shape, words around the 16 byte border, words longer than a block) are cut at random word
 *         borders, counted under random limits with flush and clear, and compared with a plain Map; both kernels are
 *         compared with each other row by row. FTS_TEST_SEED replays a seed, FTS_TEST_RUNS multiplies the runs.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  type ColumnBatch,
  createTypeScriptWordKernel,
  createWordKernel,
  type Float64Column,
  isAsciiSpace,
  type Utf8Column,
  type WordKernel,
  type WordMerger,
  type WordOrder,
  type WordTable,
} from '../../src/columns/index.js'
import {javaStringHash, keyGroupForHash} from '../../src/core/index.js'

const seed = Number(process.env.FTS_TEST_SEED ?? 20261121)
const numRuns = 60 * Number(process.env.FTS_TEST_RUNS ?? 1)
const parameters = {seed, numRuns}

const kernels: readonly WordKernel[] = [createWordKernel(), createTypeScriptWordKernel()]
const decoder = new TextDecoder('utf-8', {ignoreBOM: true})
const utf8 = (text: string) => new TextEncoder().encode(text)

const asciiWord = fc
  .tuple(
    fc.oneof(fc.constantFrom(1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33), fc.nat(40)),
    fc.constantFrom('ab', 'AbC', '"x,', 'z\0\\', '\u001c\u007f', 'aB'),
  )
  .map(([length, alphabet]) => utf8(alphabet.repeat(length).slice(0, length)))

const unicodeWord = fc
  .array(
    fc.constantFrom(
      'Σ',
      'σ',
      'Α',
      'α',
      'İ',
      'I',
      'ß',
      'ẞ',
      '\ufeff',
      '\u0085',
      '\u180e',
      '\u3000',
      '\u2028',
      '\u00a0',
      '\u1680',
      '\u200b',
      '\u00ad',
      "'",
      '.',
      '\ufffd',
      '\u{1f600}',
      '\u{10400}',
      'K',
      'Ⱥ',
      'é',
      'x',
      '\0',
      '中',
    ),
    {maxLength: 12},
  )
  .map((parts) => utf8(parts.join('')))

const brokenWord = fc
  .array(
    fc.constantFrom<readonly number[]>(
      [0x80],
      [0xc0],
      [0xc1, 0x81],
      [0xc3],
      [0xc3, 0x41],
      [0xe0, 0x80],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xef, 0xbf],
      [0xef, 0xbf, 0xbd],
      [0xef, 0xbb, 0xbf],
      [0xf0, 0x9f, 0x98],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf8],
      [0xff],
      [0x53],
      [0xce, 0xa3],
      [0xf1],
      [0xe1, 0x80],
      [0xc2, 0x85],
    ),
    {maxLength: 8},
  )
  .map((parts) => Uint8Array.from(parts.flat()))

const longWord = fc
  .tuple(
    fc.constantFrom(10_001, 16_383, 16_384, 16_385, 33_000, 50_000),
    fc.constantFrom('q', 'W', 'éa', 'x\u3000y', 'Σ'),
  )
  .map(([length, unit]) => utf8(unit.repeat(Math.ceil(length / unit.length))))

const piece = fc.oneof(
  {weight: 8, arbitrary: asciiWord},
  {weight: 4, arbitrary: unicodeWord},
  {weight: 3, arbitrary: brokenWord},
  {weight: 1, arbitrary: fc.uint8Array({maxLength: 30})},
)
const rowWord = fc.oneof(
  {weight: 12, arbitrary: asciiWord},
  {weight: 8, arbitrary: unicodeWord},
  {weight: 1, arbitrary: longWord},
)
const space = fc.constantFrom(' ', '\n', '\r\n', '\t', '\v', '\f', '  \n ').map(utf8)

function textOf(word: fc.Arbitrary<Uint8Array>, maxWords: number): fc.Arbitrary<Uint8Array> {
  return fc
    .array(fc.tuple(word, space), {maxLength: maxWords})
    .chain((parts) => fc.boolean().map((isCut) => Buffer.concat(isCut ? parts.flat().slice(0, -1) : parts.flat())))
}

const anyText = fc.oneof(
  {weight: 6, arbitrary: textOf(piece, 120)},
  {weight: 1, arbitrary: textOf(fc.oneof({weight: 20, arbitrary: piece}, {weight: 1, arbitrary: longWord}), 60)},
)

function oracleWords(text: Uint8Array): string[] {
  return decoder.decode(text).toLowerCase().split(/\s+/).filter(Boolean)
}

function oracleCounts(text: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of oracleWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Invalid sequences: decoding anew what was decoded changes only those. */
function oracleInvalid(text: Uint8Array): number {
  const replaced = (decoder.decode(text).match(/\ufffd/g) ?? []).length
  let real = 0
  for (let i = 0; i + 2 < text.length; i++) if (text[i] === 0xef && text[i + 1] === 0xbf && text[i + 2] === 0xbd) real++
  return replaced - real
}

/** Cuts at some of the text's ASCII white space. */
function blocksOf(text: Uint8Array, everyNth: number): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let start = 0
  let borders = 0
  for (let i = 0; i < text.length; i++) {
    if (!isAsciiSpace(text[i]) || ++borders % everyNth !== 0) continue
    blocks.push(text.subarray(start, i))
    start = i
  }
  blocks.push(text.subarray(start))
  return blocks
}

type Row = readonly [word: string, count: number]

function rowsOf(batch: ColumnBatch): Row[] {
  const words = batch.columns[0] as Utf8Column
  const counts = batch.columns[1] as Float64Column | undefined
  return Array.from({length: batch.rowCount}, (_, i) => {
    const word = decoder.decode(words.bytes.subarray(words.offsets[i], words.offsets[i + 1]))
    expect(batch.keyHashes?.[i]).toBe(javaStringHash(word))
    return [word, counts?.values[i] ?? 1] as const
  })
}

function readAll(table: WordTable, order: WordOrder, maxRows: number, keyGroups = 0): Row[] {
  table.startReading(order, keyGroups)
  const {size} = table
  const rows: Row[] = []
  for (let batch = table.readRows(maxRows); batch !== undefined; batch = table.readRows(maxRows)) {
    expect(batch.rowCount).toBeLessThanOrEqual(maxRows)
    rows.push(...rowsOf(batch))
    for (const hash of batch.keyGroups === undefined ? [] : (batch.keyHashes ?? [])) {
      const {keyGroupStart, keyGroupEndInclusive, maxParallelism} = batch.keyGroups!
      expect(keyGroupForHash(hash, maxParallelism)).toBeGreaterThanOrEqual(keyGroupStart)
      expect(keyGroupForHash(hash, maxParallelism)).toBeLessThanOrEqual(keyGroupEndInclusive)
    }
  }
  expect(rows.length).toBe(size)
  return rows
}

/** Feeds each input its rows in batches of `batchRows` as they are wanted; each is overwritten as soon as it was taken. */
function mergeAll(kernel: WordKernel, order: 'count' | 'word', inputs: readonly Row[][], batchRows: number): Row[] {
  const merger = kernel.newMerger(order, inputs.length)
  const fed = inputs.map(() => 0)
  const rows: Row[] = []
  while (!merger.isDone) {
    for (let input = merger.wanted(); input >= 0; input = merger.wanted()) {
      const part = inputs[input].slice(fed[input], fed[input] + batchRows)
      fed[input] += part.length
      if (part.length === 0) merger.end(input)
      else feedThenOverwrite(merger, input, part)
    }
    const batch = merger.next()
    if (batch !== undefined) rows.push(...wordCounts(batch))
  }
  expect(merger.next()).toBeUndefined()
  return rows
}

function feedThenOverwrite(merger: WordMerger, input: number, part: readonly Row[]): void {
  const words = part.map(([word]) => utf8(word))
  // Offsets that do not begin at 0, as those of a part of a batch.
  const offsets = Int32Array.from([5, ...words.map(() => 0)])
  for (const [i, word] of words.entries()) offsets[i + 1] = offsets[i] + word.length
  const bytes = Buffer.concat([Buffer.from('-----'), ...words])
  const counts = Float64Array.from(part, ([, count]) => count)
  merger.feed(input, {words: {type: 'utf8', bytes, offsets}, counts, rowCount: part.length})
  bytes.fill(0xff)
  offsets.fill(0)
  counts.fill(0)
}

function wordCounts(batch: ColumnBatch): Row[] {
  const [{bytes, offsets}, {values}] = batch.columns as readonly [Utf8Column, Float64Column]
  return Array.from({length: batch.rowCount}, (_, i) => [
    decoder.decode(bytes.subarray(offsets[i], offsets[i + 1])),
    values[i],
  ])
}

function sorted(counts: Map<string, number>, order: WordOrder): Row[] {
  return [...counts].sort((a, b) => compareRows(a, b, order))
}

function compareRows(a: Row, b: Row, order: WordOrder): number {
  return (order === 'count' ? b[1] - a[1] : 0) || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]))
}

describe.each(kernels)('word kernel $name', (kernel) => {
  it('merges what is sorted, however it is spread over inputs and batches', () => {
    const part = textOf(rowWord, 60).map((text) => sorted(oracleCounts(text), 'word'))
    const some = {minLength: 1, maxLength: 9}
    fc.assert(
      fc.property(
        fc.array(part, some),
        fc.constantFrom<'count' | 'word'>('count', 'word'),
        fc.integer({min: 1, max: 3000}),
        (parts, order, batchRows) => {
          // A word is in one input only, as after a hash exchange.
          const inputOf = new Map(parts.flatMap((rows, input) => rows.map(([word]) => [word, input] as const)))
          const inputs = parts.map((rows, input) =>
            sorted(new Map(rows.filter(([word]) => inputOf.get(word) === input)), order),
          )
          const all = inputs.flat().sort((a, b) => compareRows(a, b, order))
          expect(mergeAll(kernel, order, inputs, batchRows)).toEqual(all)
        },
      ),
      parameters,
    )
  })

  it('merges more rows than a batch holds, of many inputs', () => {
    const inputs = Array.from({length: 33}, (_, input) => {
      const rows = Array.from(
        {length: 300 * (input % 3)},
        (_, i): Row => [`same beginning ${input} ${(i * 7919) % 9973}`, i % 5],
      )
      return sorted(new Map(rows), 'count')
    })
    const all = inputs.flat().sort((a, b) => compareRows(a, b, 'count'))
    expect(mergeAll(kernel, 'count', inputs, 100)).toEqual(all)
  })

  it('gives rows of neighbouring key groups together, when asked', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(1, 2, 128, 1000), (text, keyGroups) => {
        const table = kernel.newTable(64 * 1024 * 1024)
        table.countText(text, 0)
        const rows = readAll(table, 'none', 100, keyGroups)
        expect(new Map(rows)).toEqual(oracleCounts(text))
        const piles = rows.map(([word]) =>
          Math.floor((keyGroupForHash(javaStringHash(word), keyGroups) * 16) / keyGroups),
        )
        expect(piles).toEqual([...piles].sort((a, b) => a - b))
      }),
      parameters,
    )
  })

  it('counts what the oracle counts, in order, however the text is cut', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({min: 1, max: 50}),
        fc.constantFrom<WordOrder>('count', 'word'),
        (text, cut, order) => {
          const table = kernel.newTable(64 * 1024 * 1024)
          for (const block of blocksOf(text, cut)) expect(table.countText(block, 0)).toBe(block.length)
          expect(readAll(table, order, 1 + cut)).toEqual(sorted(oracleCounts(text), order))
          expect(table.stats()).toEqual({words: oracleWords(text).length, invalidUtf8: oracleInvalid(text)})
          table.free()
        },
      ),
      parameters,
    )
  })

  it('counts the same under a tiny limit with flushes', () => {
    const many = fc
      .array(anyText, {minLength: 1, maxLength: 6})
      .map((texts) => Buffer.concat(texts.flatMap((t) => [t, utf8(' ')])))
    fc.assert(
      fc.property(many, fc.integer({min: 1, max: 9}), (text, salt) => {
        const distinct = utf8(
          Array.from({length: 9000}, (_, i) => `w${(i * salt) % 8999}${'-'.repeat(i % 31)}`).join(' '),
        )
        const table = kernel.newTable(0)
        const merged = kernel.newTable(64 * 1024 * 1024)
        let words = 0
        let flushes = 0
        const flush = () => {
          flushes++
          table.startReading('none')
          for (let batch = table.readRows(1000); batch !== undefined; batch = table.readRows(1000)) {
            const [column, counts] = batch.columns as readonly [Utf8Column, Float64Column]
            expect(merged.addRows(column, counts.values, batch.rowCount, 0)).toBe(batch.rowCount)
          }
          words += table.stats().words
          table.clear()
          expect(table.size).toBe(0)
        }
        for (const block of [text, distinct, text]) {
          for (let at = 0; at < block.length; ) {
            at = table.countText(block, at)
            expect(table.memoryBytes).toBeLessThanOrEqual(table.limitBytes)
            if (at < block.length) flush()
          }
          flush()
        }
        expect(flushes).toBeGreaterThan(3)
        const all = Buffer.concat([text, utf8(' '), distinct, utf8(' '), text])
        expect(words).toBe(oracleWords(all).length)
        expect(readAll(merged, 'count', 777)).toEqual(sorted(oracleCounts(all), 'count'))
      }),
      {seed, numRuns: Math.ceil(numRuns / 6)},
    )
  })

  it('tokenizes in order', () => {
    const tokenizer = kernel.newTokenizer()
    let words = 0
    let invalidUtf8 = 0
    fc.assert(
      fc.property(anyText, fc.integer({min: 1, max: 3000}), (text, maxRows) => {
        tokenizer.start(text)
        const rows: Row[] = []
        for (let batch = tokenizer.next(maxRows); batch !== undefined; batch = tokenizer.next(maxRows)) {
          expect(batch.rowCount).toBeLessThanOrEqual(maxRows)
          rows.push(...rowsOf(batch))
        }
        expect(rows.map(([word]) => word)).toEqual(oracleWords(text))
        words += rows.length
        invalidUtf8 += oracleInvalid(text)
        expect(tokenizer.stats()).toEqual({words, invalidUtf8})
      }),
      {...parameters, endOnFailure: true},
    )
  })

  it('keeps running counts', () => {
    fc.assert(
      fc.property(textOf(rowWord, 60), fc.integer({min: 1, max: 100}), (text, maxRows) => {
        const table = kernel.newTable(64 * 1024 * 1024)
        const tokenizer = kernel.newTokenizer()
        const counts = new Map<string, number>()
        tokenizer.start(text)
        for (let batch = tokenizer.next(maxRows); batch !== undefined; batch = tokenizer.next(maxRows)) {
          const running = new Float64Array(batch.rowCount)
          const amounts = running.map((_, i) => 1 + (i % 3))
          table.addRows(batch.columns[0] as Utf8Column, amounts, batch.rowCount, 0, running)
          rowsOf(batch).forEach(([word], i) => {
            counts.set(word, (counts.get(word) ?? 0) + amounts[i])
            expect(running[i]).toBe(counts.get(word))
          })
        }
        expect(readAll(table, 'word', 4096)).toEqual(sorted(counts, 'word'))
      }),
      parameters,
    )
  })
})
