const DEPTH_MAX = 3
const ENTRIES_MAX = 12
const TEXT_MAX = 80
const PREVIEW_MAX = 400

/**
 * A record as short text that looks like JSON, for messages. Never throws, calls no code of the record (no getter, no `toJSON`),
 * and does bounded work however large the record is.
 */
export function previewRecord(record: unknown): string {
  try {
    const text = preview(record, 0)
    return text.length <= PREVIEW_MAX ? text : `${text.slice(0, PREVIEW_MAX)}…`
  } catch {
    return '{?}'
  }
}

function preview(value: unknown, depth: number): string {
  if (typeof value === 'string') return previewText(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `[function ${value.name || 'anonymous'}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth === DEPTH_MAX) return Array.isArray(value) ? '[…]' : '{…}'
  if (Array.isArray(value)) return previewArray(value, depth)
  return previewObject(value, depth)
}

function previewText(text: string): string {
  return text.length <= TEXT_MAX ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, TEXT_MAX))}…`
}

function previewArray(values: readonly unknown[], depth: number): string {
  const shown = values.slice(0, ENTRIES_MAX).map((value) => preview(value, depth + 1))
  if (values.length > ENTRIES_MAX) shown.push(`… ${values.length - ENTRIES_MAX} more`)
  return `[${shown.join(',')}]`
}

function previewObject(value: object, depth: number): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : JSON.stringify(value.toISOString())
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`
  return previewFields(value, depth)
}

function previewFields(value: object, depth: number): string {
  const shown: string[] = []
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    if (shown.length === ENTRIES_MAX) {
      shown.push('…')
      break
    }
    const field = Object.getOwnPropertyDescriptor(value, name)
    shown.push(`${JSON.stringify(name)}:${field?.get === undefined ? preview(field?.value, depth + 1) : '[getter]'}`)
  }
  return `{${shown.join(',')}}`
}
