import {type FileHandle, open} from 'node:fs/promises'
import {newRandom, type Random} from './random.js'
import {newVocabulary, type Vocabulary, type ZipfWords} from './vocabulary.js'

/** What is in a generated text, as it was written. */
export interface TextFacts {
  readonly sizeBytes: number
  readonly words: number
  readonly lines: number
}

/**
 * Words of the vocabulary, and of its non-ASCII part. A text of 100 MB comes to 13.9 M words, about 281 k of them distinct
 * (punctuation makes words of its own: "the," is not "the").
 */
const VOCABULARY_WORDS = 206_000
const FOREIGN_WORDS = 4_000
const LINE_WORDS_MIN = 10
const LINE_WORDS_MAX = 15
const BLOCK_BYTES = 1 << 20
const LINE_BYTES_MAX = 4096

/** Shares of all words, in 2^16ths. */
const FOREIGN = share(0.005)
const CAPITALISED = share(0.04)
const SHOUTED = share(0.003)
const PUNCTUATED = share(0.02)

/**
 * Writes about `sizeBytes` of English-looking text (never more than a line short): words by Zipf's law, lines of 10 to 15
 * words, some capitals and punctuation, half a percent of words that are not ASCII. The same seed gives the same bytes.
 */
export async function writeZipfText(path: string, sizeBytes: number, seed: number): Promise<TextFacts> {
  const writer = new LineWriter(
    newRandom(seed),
    newVocabulary(newRandom(seed ^ 0x5eed), VOCABULARY_WORDS, FOREIGN_WORDS),
  )
  return writeBlocks(path, (block, written) => writer.fill(block, sizeBytes - written))
}

/** Writes `distinct` different words, each once, in an order that looks random; 12 words a line. */
export async function writeDistinctText(path: string, distinct: number, seed: number): Promise<TextFacts> {
  const writer = new DistinctWriter(distinct, seed)
  return writeBlocks(path, (block) => writer.fill(block))
}

interface Filled {
  readonly bytes: number
  readonly words: number
  readonly lines: number
}

async function writeBlocks(path: string, fill: (block: Uint8Array, written: number) => Filled): Promise<TextFacts> {
  const file = await open(path, 'w')
  try {
    return await writeTo(file, fill)
  } finally {
    await file.close()
  }
}

async function writeTo(file: FileHandle, fill: (block: Uint8Array, written: number) => Filled): Promise<TextFacts> {
  const block = new Uint8Array(BLOCK_BYTES)
  let [sizeBytes, words, lines] = [0, 0, 0]
  for (let filled = fill(block, 0); filled.bytes > 0; filled = fill(block, sizeBytes)) {
    await file.write(block, 0, filled.bytes)
    sizeBytes += filled.bytes
    words += filled.words
    lines += filled.lines
  }
  return {sizeBytes, words, lines}
}

/** One function on local variables, because it has to make 100 MB a second. */
class LineWriter {
  readonly #bits = new Uint32Array(1 << 16)

  constructor(
    readonly random: Random,
    readonly vocabulary: Vocabulary,
  ) {}

  fill(block: Uint8Array, bytesLeft: number): Filled {
    const {common, foreign} = this.vocabulary
    const end = Math.min(block.length - LINE_BYTES_MAX, bytesLeft - 64)
    let [at, words, lines, left] = [0, 0, 0, 0]
    for (let next = this.#bits.length; at < end; words++) {
      if (next > this.#bits.length - 2) next = this.#refill()
      const style = this.#bits[next++]
      const drawn = this.#bits[next++]
      if (left === 0) left = LINE_WORDS_MIN + ((style >>> 16) % (LINE_WORDS_MAX - LINE_WORDS_MIN + 1))
      const dice = (style & 0xffff) - FOREIGN
      const start = at
      at = dice < 0 ? copyWord(foreign, drawn, block, at) : copyWord(common, drawn, block, at)
      if (dice >= 0 && dice < CAPITALISED + SHOUTED + PUNCTUATED) at = decorate(block, start, at, dice)
      left--
      block[at++] = left === 0 ? 0x0a : 0x20
      if (left === 0) lines++
    }
    if (at > 0) block[at - 1] = 0x0a
    return {bytes: at, words, lines: left > 0 ? lines + 1 : lines}
  }

  #refill(): number {
    for (let i = 0; i < this.#bits.length; i++) this.#bits[i] = this.random()
    return 0
  }
}

function copyWord(words: ZipfWords, drawn: number, block: Uint8Array, at: number): number {
  const point = drawn * 2 ** -32 * words.keep.length
  const slot = Math.floor(point)
  const word = point - slot < words.keep[slot] ? slot : words.alias[slot]
  for (let i = words.offsets[word], end = words.offsets[word + 1]; i < end; i++) block[at++] = words.bytes[i]
  return at
}

/** Answers where the word ends now. */
function decorate(block: Uint8Array, start: number, end: number, dice: number): number {
  if (dice < CAPITALISED) block[start] -= 0x20
  else if (dice < CAPITALISED + SHOUTED) for (let i = start; i < end; i++) block[i] -= 0x20
  else block[end++] = (dice & 3) === 0 ? 0x2e : 0x2c
  return end
}

/** Word number i is i scrambled by a bijection of 32 bits, in letters: seven of them, so that all differ. */
class DistinctWriter {
  #next = 0

  constructor(
    readonly distinct: number,
    readonly seed: number,
  ) {}

  fill(block: Uint8Array): Filled {
    let at = 0
    let [words, lines] = [0, 0]
    while (this.#next < this.distinct && at < block.length - LINE_BYTES_MAX) {
      for (let scrambled = scramble(this.#next++, this.seed), i = 0; i < 7; i++) {
        block[at++] = 0x61 + (scrambled % 26)
        scrambled = Math.floor(scrambled / 26)
      }
      const endsLine = this.#next % 12 === 0 || this.#next === this.distinct
      block[at++] = endsLine ? 0x0a : 0x20
      words++
      if (endsLine) lines++
    }
    return {bytes: at, words, lines}
  }
}

/** Each step can be undone, so different numbers stay different. */
function scramble(value: number, seed: number): number {
  let mixed = (value ^ seed) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function share(of: number): number {
  return Math.round(of * 0x10000)
}
