import {isPlainTimestamp} from './parse-timestamp.js'
import type {FieldType} from './record-schema.js'

/**
 * Finds the narrowest type that all texts of a column fit without loss. Texts such as `007`, `+1` or 20 digits stay text: as numbers
 * they would come out as something else. A date without a time of day stays text for the same reason.
 */
export class TypeGuess {
  private candidates: readonly FieldType[] = ['integer', 'number', 'boolean', 'timestamp']
  private seen = 0

  add(text: string): void {
    this.seen += 1
    if (this.candidates.length > 0) this.candidates = this.candidates.filter((type) => FITS[type]?.(text) === true)
  }

  /** Takes the text that stands in `bytes[from .. to)`, if it is plain that it changes nothing; else it must be added. */
  tryAdd(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.candidates.length > 0 && !this.isExpected(bytes, from, to)) return false
    this.seen += 1
    return true
  }

  private isExpected(bytes: Uint8Array, from: number, to: number): boolean {
    const {candidates} = this
    if (candidates.length > 2 || candidates[candidates.length - 1] !== 'number') return false
    const found = plainNumber(bytes, from, to)
    return found === 'whole' || (found === 'decimal' && candidates.length === 1)
  }

  /** `string` where no value was seen. */
  get type(): FieldType {
    return this.seen === 0 ? 'string' : (this.candidates[0] ?? 'string')
  }
}

const WHOLE = /^(?:0|-?[1-9]\d{0,15})$/
const DECIMAL = /^-?(?:0|[1-9]\d{0,15})(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/

const FITS: Readonly<Partial<Record<FieldType, (text: string) => boolean>>> = {
  integer: (text) => WHOLE.test(text) && Number.isSafeInteger(Number(text)),
  number: (text) => DECIMAL.test(text) && digitsOf(text) <= 17 && Number.isFinite(Number(text)),
  boolean: (text) => /^(?:true|false)$/i.test(text),
  timestamp: isPlainTimestamp,
}

const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
/** Digits that are exact whatever they are. */
const EXACT_DIGITS = 15

/** What fits `integer` and `number`, or `number` alone, beyond doubt; undefined for anything that takes a closer look. */
function plainNumber(bytes: Uint8Array, from: number, to: number): 'whole' | 'decimal' | undefined {
  const first = bytes[from] === DASH ? from + 1 : from
  const hasZero = bytes[first] === ZERO
  let point = to
  for (let i = first; i < to; i++) {
    const byte = bytes[i]
    if (byte === POINT && point === to) point = i
    else if (byte < ZERO || byte > NINE) return undefined
  }
  const whole = point - first
  if (whole === 0 || to - first > EXACT_DIGITS || (hasZero && (whole > 1 || first > from))) return undefined
  if (point === to) return 'whole'
  return point === to - 1 ? undefined : 'decimal'
}

function digitsOf(text: string): number {
  return text.replace(/[eE].*$/, '').replace(/^-?0?\.?0*|\D/g, '').length
}
