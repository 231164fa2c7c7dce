/** Gives 32 random bits as an unsigned number. */
export type Random = () => number

/** The generator sfc32, from a seed: the same numbers on every machine. Source: Chris Doty-Humphrey, PractRand. */
export function newRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let i = 0; i < 16; i++) next()
  return next
}
