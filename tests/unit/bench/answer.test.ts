/**
 * Goal: answers are compared without regard to the order of rows, and differ when a row does.
 * Method: small files of counted words.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, it} from 'vitest'
import {readAnswer} from '../../../bench/answer.js'
import {ratiosOf, spreadOf} from '../../../bench/statistics.js'

const folder = mkdtempSync(join(tmpdir(), 'fts-bench-'))
afterAll(() => rmSync(folder, {recursive: true}))

function answerOf(text: string) {
  const path = join(folder, 'answer')
  writeFileSync(path, text)
  return readAnswer(path)
}

it('counts rows and words, in any order', async () => {
  const one = await answerOf('the\t12\nä\t3\n')
  const other = await answerOf('ä\t3\nthe\t12\n')
  expect(one).toMatchObject({rows: 2, words: 15})
  expect(other.rowsDigest).toBe(one.rowsDigest)
  expect(other.bytesDigest).not.toBe(one.bytesDigest)
})

it('sees a word or a count that differs', async () => {
  const digests = new Set<string>()
  for (const text of ['a\t1\nb\t2\n', 'a\t2\nb\t1\n', 'a\t1\nc\t2\n']) digests.add((await answerOf(text)).rowsDigest)
  expect(digests.size).toBe(3)
})

it('takes medians, and ratios round by round', () => {
  expect(spreadOf([3, 1, 2, 10])).toEqual({median: 2.5, min: 1, max: 10, count: 4})
  expect(ratiosOf([1, 4, 9], [1, 2, 3])).toEqual({median: 2, min: 1, max: 3, count: 3})
})
