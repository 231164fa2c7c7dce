/**
 * Goal: line ends are counted exactly, whatever the length and wherever they fall.
 * Method: lengths around the kernel's steps (16, 64, its block, its lanes' limit), dense and sparse, against a plain loop.
 */
import {expect, it} from 'vitest'
import {countNewlines} from '../../../src/columns/index.js'

const lengths = [0, 1, 15, 16, 63, 64, 65, 4031, 4032, 4033, 16_383, 16_384, 16_385, 70_001]

it.each(lengths)('of %i bytes', (length) => {
  const all = new Uint8Array(length).fill(0x0a)
  expect(countNewlines(all)).toBe(length)
  const some = Uint8Array.from({length}, (_, i) => (i % 7 === 3 || i % 64 === 63 ? 0x0a : 0x8a))
  expect(countNewlines(some)).toBe(some.filter((byte) => byte === 0x0a).length)
})
