import type {Random} from './platform.js'

const HEX_DIGITS = '0123456789abcdef'

/** For ids, which must differ and need not be secret: `Math.random`, seeded by the system in each process. */
export class NodeRandom implements Random {
  next(): number {
    return Math.random()
  }

  hex(byteCount: number): string {
    let text = ''
    for (let i = 0; i < byteCount * 2; i++) text += HEX_DIGITS[Math.floor(Math.random() * 16)]
    return text
  }
}
