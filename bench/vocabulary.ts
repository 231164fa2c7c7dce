import type {Random} from './random.js'

/** Distinct words in the order of their frequency, and a table to draw them by Zipf's law. */
export interface ZipfWords {
  /** Word i is `bytes[offsets[i] .. offsets[i + 1])`. */
  readonly bytes: Uint8Array
  readonly offsets: Int32Array
  /** An alias table: slot i stands for word i with a chance of `keep[i]`, else for word `alias[i]`. */
  readonly keep: Float64Array
  readonly alias: Int32Array
}

export interface Vocabulary {
  readonly common: ZipfWords
  readonly foreign: ZipfWords
}

const CONSONANTS = 'tnsrhldcmpgbvkfwjxqz'
const VOWELS = 'eaoiuy'
/** Words that are not ASCII; with capitals whose lower case is the same by all rules, so that peers can agree. */
const FOREIGN_SYLLABLES = [
  ['grö', 'ße', 'mäd', 'chen', 'Über', 'straß', 'küh', 'ler'],
  ['été', 'gar', 'çon', 'où', 'cœur', 'naï', 've', 'Étu', 'de'],
  ['мос', 'ква', 'при', 'вет', 'Сло', 'во', 'го', 'род'],
  ['λό', 'γο', 'και', 'μέ', 'ρα', 'νύ', 'χτα'],
  ['東', '京', '言', '葉', '数', '流', '水'],
  ['señ', 'or', 'niñ', 'a', 'Año', 'mañ', 'ana'],
  ['🌊', '🦀', '🚀', 'x', '🙂'],
] as const

export function newVocabulary(random: Random, commonCount: number, foreignCount: number): Vocabulary {
  return {
    common: zipfWords(distinctWords(commonCount, (rank) => commonWord(random, rank))),
    foreign: zipfWords(distinctWords(foreignCount, () => foreignWord(random))),
  }
}

/** A word that came before gets another syllable until it is new. */
function distinctWords(count: number, make: (rank: number) => string): string[] {
  const words = new Set<string>()
  for (let rank = 0; rank < count; rank++) {
    let word = make(rank)
    while (words.has(word)) word += make(rank)
    words.add(word)
  }
  return [...words]
}

/** Frequent words are short: the length grows with the logarithm of the rank. */
function commonWord(random: Random, rank: number): string {
  const length = 2 + Math.floor(Math.log2(rank + 2) * 0.46 + (random() % 3) * 0.75)
  let word = ''
  for (let i = random() & 1; word.length < length; i++) word += letter(random, (i & 1) === 0 ? CONSONANTS : VOWELS)
  return word
}

/** The letters at the beginning of the list come more often. */
function letter(random: Random, letters: string): string {
  return letters[Math.floor(((random() % 1000) / 1000) ** 1.6 * letters.length)]
}

function foreignWord(random: Random): string {
  const syllables = FOREIGN_SYLLABLES[random() % FOREIGN_SYLLABLES.length]
  let word = ''
  for (let i = 1 + (random() % 3); i > 0; i--) word += syllables[random() % syllables.length]
  return word
}

/** Rank r is drawn with a chance of 1 / (r + 1). */
function zipfWords(words: readonly string[]): ZipfWords {
  const parts = words.map((word) => Buffer.from(word))
  const offsets = new Int32Array(words.length + 1)
  for (let i = 0; i < parts.length; i++) offsets[i + 1] = offsets[i] + parts[i].length
  const weights = Float64Array.from(words, (_, rank) => 1 / (rank + 1))
  return {bytes: new Uint8Array(Buffer.concat(parts)), offsets, ...aliasTable(weights)}
}

/** One look-up a draw. Source: Vose 1991, "A linear algorithm for generating random numbers with a given distribution". */
function aliasTable(weights: Float64Array): {readonly keep: Float64Array; readonly alias: Int32Array} {
  const count = weights.length
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / count
  const keep = weights.map((weight) => weight / mean)
  const alias = new Int32Array(count)
  const small: number[] = []
  const large: number[] = []
  keep.forEach((weight, i) => {
    ;(weight < 1 ? small : large).push(i)
  })
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() as number
    const more = large[large.length - 1]
    alias[less] = more
    keep[more] -= 1 - keep[less]
    if (keep[more] < 1) small.push(large.pop() as number)
  }
  for (const rest of [...small, ...large]) keep[rest] = 1
  return {keep, alias}
}
