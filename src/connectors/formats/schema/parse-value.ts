import {parseTimestamp} from './parse-timestamp.js'
import type {FieldType} from './record-schema.js'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/

/** A value, or why the text is none. */
export type ParsedValue = {readonly value: unknown} | {readonly reason: string}

/** The value of a field's text, for types other than string: white space around it does not count. */
export function parseValue(text: string, type: FieldType): ParsedValue {
  const trimmed = text.trim()
  const value = PARSERS[type](trimmed)
  return value === undefined ? {reason: `${quote(text)} is not ${NAMES[type]}`} : {value}
}

const NAMES: Readonly<Record<FieldType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number up to 2^53',
  boolean: 'true or false',
  timestamp: 'an ISO timestamp such as 2026-11-21T08:30:00Z',
  json: 'JSON',
}

const PARSERS: Readonly<Record<FieldType, (text: string) => unknown>> = {
  string: (text) => text,
  number: (text) => (NUMBER.test(text) ? Number(text) : undefined),
  integer: parseInteger,
  boolean: parseBoolean,
  timestamp: (text) => {
    const instant = parseTimestamp(text)
    return instant === undefined ? undefined : new Date(instant)
  },
  json: (text) => text,
}

function parseInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

function parseBoolean(text: string): boolean | undefined {
  const lower = text.length <= 5 ? text.toLowerCase() : text
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
