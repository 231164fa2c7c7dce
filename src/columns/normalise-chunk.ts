/** The words of a chunk, each encoded as UTF-8, and the number of invalid sequences that became U+FFFD. */
export interface NormalisedChunk {
  readonly words: readonly Uint8Array[]
  readonly invalidUtf8: number
}

const decoder = new TextDecoder('utf-8', {ignoreBOM: true})

/**
 * The general, exact path for a chunk between two ASCII white spaces that has bytes >= 0x80: decode, lower-case, split.
 *
 * Decoding a chunk alone gives what decoding the whole text gives, because ASCII ends every UTF-8 sequence, whole or
 * broken. Lower-casing it alone does too, because white space is neither cased nor case-ignorable and so ends the context
 * of a final sigma. U+FEFF is case-ignorable *and* matches `\s`, so it must stay inside: hence chunks and not words.
 */
export function normaliseChunk(raw: Uint8Array): NormalisedChunk {
  const text = decoder.decode(raw)
  const invalidUtf8 = countReplacements(text) - countEncodedReplacements(raw)
  const words: Uint8Array[] = []
  for (const word of text.toLowerCase().split(/\s+/)) {
    if (word !== '') words.push(Buffer.from(word))
  }
  return {words, invalidUtf8}
}

function countReplacements(text: string): number {
  let count = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++
  return count
}

/** U+FFFD that the text really had: EF BF BD, which no other valid or invalid sequence contains. */
function countEncodedReplacements(raw: Uint8Array): number {
  let count = 0
  for (let at = raw.indexOf(0xef); at >= 0; at = raw.indexOf(0xef, at + 1)) {
    if (raw[at + 1] === 0xbf && raw[at + 2] === 0xbd) count++
  }
  return count
}
