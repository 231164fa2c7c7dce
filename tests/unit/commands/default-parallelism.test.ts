// Goal: a small text does not start threads that have nothing to read; everything else uses the machine.
// Method: files of both sizes in a temporary folder.
import {mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {defaultParallelism} from '../../../commands/default-parallelism.js'
import {usableCores} from '../../../src/cluster/index.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-sizes-'))
  writeFileSync(join(folder, 'small'), 'a b c')
  writeFileSync(join(folder, 'large'), '')
  truncateSync(join(folder, 'large'), 32 * 1024 * 1024)
})

afterAll(() => rmSync(folder, {recursive: true, force: true}))

const ofPaths = (...names: string[]) =>
  defaultParallelism({kind: 'paths', paths: names.map((name) => join(folder, name))})

it('1 for small files', () => {
  expect(ofPaths('small')).toBe(1)
  expect(ofPaths('small', 'small')).toBe(1)
})

it('the usable cores for all else', () => {
  const others = [ofPaths('large'), ofPaths('small', 'large'), ofPaths('.'), ofPaths('missing'), ofPaths('*')]
  expect(others).toEqual(others.map(() => usableCores()))
  expect(defaultParallelism({kind: 'stdin'})).toBe(usableCores())
  expect(defaultParallelism({kind: 'socket', host: 'localhost', port: 1})).toBe(usableCores())
})
