// Goal: a user's memory manager is loaded from a module, and a wrong module is a sentence.
// Method: real modules in a temporary folder.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {createMemoryManager, PooledMemoryManager, SimpleMemoryManager} from '../../../src/memory/index.js'

const OPTIONS = {totalBytes: 65536, pageSizeBytes: 4096}
const folder = mkdtempSync(join(tmpdir(), 'fts-memory-test-'))
afterAll(() => rmSync(folder, {recursive: true}))

function moduleOf(name: string, source: string): string {
  const path = join(folder, name)
  writeFileSync(path, source)
  return path
}

describe('createMemoryManager', () => {
  it('knows its own two', async () => {
    expect(await createMemoryManager('pooled', OPTIONS)).toBeInstanceOf(PooledMemoryManager)
    expect(await createMemoryManager('simple', OPTIONS)).toBeInstanceOf(SimpleMemoryManager)
  })

  it("loads a user's factory and hands it the budget", async () => {
    const path = moduleOf(
      'counting.mjs',
      `export default ({totalBytes, pageSizeBytes}) => ({
        totalBytes, pageSizeBytes, availableBytes: totalBytes,
        allocatePages: () => [], tryAllocatePages: () => [], releasePages() {}, reserve() {}, tryReserve: () => true,
        releaseReserved() {}, releaseAll: () => 0, usage: () => new Map(), verifyEmpty() {},
      })`,
    )
    expect(await createMemoryManager(path, OPTIONS)).toMatchObject(OPTIONS)
  })

  it.each([
    ['no-such.mjs', undefined, /cannot be loaded/],
    ['none.mjs', 'export const factory = 1', /no function as its default export/],
    ['throws.mjs', 'export default () => { throw new Error("no luck") }', /threw an error: no luck/],
    [
      'half.mjs',
      'export default () => ({pageSizeBytes: 1, totalBytes: 1, availableBytes: 1})',
      /"allocatePages" is not a function/,
    ],
    ['nothing.mjs', 'export default () => undefined', /"pageSizeBytes" is not a number/],
  ])('refuses %s', async (name, source, why) => {
    const path = source === undefined ? join(folder, name) : moduleOf(name, source)
    const error = await createMemoryManager(path, OPTIONS).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({kind: 'user', code: 'FTS_MEMORY_MANAGER', message: expect.stringMatching(why)})
    expect((error as Error).message).toContain(path)
  })
})
