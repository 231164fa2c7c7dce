/** How figures are written for people: three digits that matter, a space, the unit. */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'] as const

/** `0 B`, `1.50 KiB`, `97.7 MiB`: binary units, as the options use them. */
export function formatBytes(bytes: number): string {
  const {value, step} = scaled(bytes, 1024, BYTE_UNITS.length)
  return `${step === 0 ? Math.round(bytes) : threeDigits(value)} ${BYTE_UNITS[step]}`
}

/** The same in a table's column: `0`, `1.50K`, `97.7M`. */
export function formatBytesShort(bytes: number): string {
  const {value, step} = scaled(bytes, 1024, BYTE_UNITS.length)
  return step === 0 ? String(Math.round(bytes)) : `${threeDigits(value)}${BYTE_UNITS[step][0]}`
}

/** `0`, `999`, `1.23 k`, `45.6 M`. */
export function formatCount(count: number): string {
  const {value, step} = scaled(count, 1000, COUNT_UNITS.length)
  return step === 0 ? String(Math.round(count)) : `${threeDigits(value)} ${COUNT_UNITS[step]}`
}

/** The same in a table's column: `1.23k`. */
export function formatCountShort(count: number): string {
  return formatCount(count).replace(' ', '')
}

/** Every digit, in groups: `1,234,567`. */
export function formatInteger(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 record`, `12,345 records`. */
export function formatRecords(count: number): string {
  return `${formatInteger(count)} ${count === 1 ? 'record' : 'records'}`
}

/** `1.23 M records/s`. */
export function formatRecordRate(recordsPerSecond: number): string {
  const count = formatCount(recordsPerSecond)
  return `${count} records/s`
}

/** `97.7 MiB/s`. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** `340 ms`, `1.23 s`, `45.6 s`, `1 min 23 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${threeDigits(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(ms / 60_000)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A share in [0, 1]: `94 %`, and one digit more below ten: `3.4 %`. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (percent === 0 || percent >= 9.95) return `${Math.round(percent)} %`
  return percent < 0.05 ? '< 0.1 %' : `${percent.toFixed(1)} %`
}

/** Divides by `base` until what is left has three digits before the point. */
function scaled(value: number, base: number, units: number): {readonly value: number; readonly step: number} {
  let left = value
  let step = 0
  // 999.5 would be written with four digits.
  while (left >= 999.5 && step < units - 1) {
    left /= base
    step++
  }
  return {value: left, step}
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0)
  return value.toFixed(value >= 9.995 ? 1 : 2)
}
