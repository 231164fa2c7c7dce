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

function digitsOf(text: string): number {
  return text.replace(/[eE].*$/, '').replace(/^-?0?\.?0*|\D/g, '').length
}
