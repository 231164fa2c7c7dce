// Goal: figures read the same everywhere: three digits that matter, no jump at the borders of units.
// Method: tables of values at and around the borders.
import {describe, expect, it} from 'vitest'
import {
  formatByteRate,
  formatBytes,
  formatBytesShort,
  formatCount,
  formatCountShort,
  formatDuration,
  formatInteger,
  formatRecordRate,
  formatRecords,
  formatShare,
} from '../../../src/metrics/index.js'

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1023, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [102_400, '100 KiB'],
    [1_048_575, '1.00 MiB'],
    [97.66 * 2 ** 20, '97.7 MiB'],
    [2 ** 30, '1.00 GiB'],
    [2 ** 60, '1024 PiB'],
  ])('bytes %d → %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [0, '0'],
    [900 * 1024, '900K'],
    [82 * 2 ** 20, '82.0M'],
  ])('bytes in a column %d → %s', (bytes, text) => expect(formatBytesShort(bytes)).toBe(text))

  it.each([
    [0, '0'],
    [7.4, '7'],
    [999, '999'],
    [999.6, '1.00 k'],
    [1234, '1.23 k'],
    [9_996, '10.0 k'],
    [99_960, '100 k'],
    [45_600_000, '45.6 M'],
  ])('counts %d → %s', (count, text) => {
    expect(formatCount(count)).toBe(text)
    expect(formatCountShort(count)).toBe(text.replace(' ', ''))
  })

  it.each([
    [0, '0 ms'],
    [340.4, '340 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1234, '1.23 s'],
    [45_600, '45.6 s'],
    [59_949, '59.9 s'],
    [59_951, '1 min 0 s'],
    [83_000, '1 min 23 s'],
    [3_599_900, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ])('durations %d → %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.0339, '3.4 %'],
    [0.0999, '10 %'],
    [0.94, '94 %'],
    [1, '100 %'],
  ])('shares %d → %s', (share, text) => expect(formatShare(share)).toBe(text))

  it('whole numbers, records and rates', () => {
    expect([0, 999, 1000, 1_234_567].map(formatInteger)).toEqual(['0', '999', '1,000', '1,234,567'])
    expect([0, 1, 12_345].map(formatRecords)).toEqual(['0 records', '1 record', '12,345 records'])
    expect(formatRecordRate(1_500_000)).toBe('1.50 M records/s')
    expect(formatByteRate(82 * 2 ** 20)).toBe('82.0 MiB/s')
  })
})
