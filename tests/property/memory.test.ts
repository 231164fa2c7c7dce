// Goal: a memory manager's books agree with a plain model after any sequence of calls.
// Method: random commands run against the manager and a Map of owners; after each, usage and free bytes are compared.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type MemoryManager, type MemoryPage, PooledMemoryManager, SimpleMemoryManager} from '../../src/memory/index.js'
import {propertyOptions} from '../support/property-options.js'

const PAGE = 4096
const TOTAL = 300 * PAGE + 17

const owner = fc.constantFrom('a', 'b', 'c')
const command = fc.oneof(
  fc.record({kind: fc.constant('allocate' as const), owner, amount: fc.nat(200)}),
  fc.record({kind: fc.constant('release' as const), owner, amount: fc.nat(200)}),
  fc.record({kind: fc.constant('reserve' as const), owner, amount: fc.nat(200 * PAGE)}),
  fc.record({kind: fc.constant('releaseReserved' as const), owner, amount: fc.nat(200 * PAGE)}),
  fc.record({kind: fc.constant('releaseAll' as const), owner, amount: fc.constant(0)}),
)

/** What the owners hold, in the plainest form. */
class Model {
  readonly pages = new Map<string, MemoryPage[]>()
  readonly reserved = new Map<string, number>()

  held(of: string): number {
    return (this.pages.get(of)?.length ?? 0) * PAGE + (this.reserved.get(of) ?? 0)
  }

  get total(): number {
    return ['a', 'b', 'c'].reduce((sum, each) => sum + this.held(each), 0)
  }
}

type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

function run(manager: MemoryManager, model: Model, {kind, owner, amount}: Command): void {
  const pages = model.pages.get(owner) ?? []
  const reserved = model.reserved.get(owner) ?? 0
  if (kind === 'allocate') {
    const got = manager.tryAllocatePages(owner, amount)
    expect(got !== undefined).toBe(model.total + amount * PAGE <= TOTAL)
    model.pages.set(owner, [...pages, ...(got ?? [])])
  } else if (kind === 'release') {
    manager.releasePages(owner, pages.slice(0, amount))
    model.pages.set(owner, pages.slice(amount))
  } else if (kind === 'reserve') {
    const taken = manager.tryReserve(owner, amount)
    expect(taken).toBe(model.total + amount <= TOTAL)
    if (taken) model.reserved.set(owner, reserved + amount)
  } else if (kind === 'releaseReserved') {
    const bytes = Math.min(amount, reserved)
    manager.releaseReserved(owner, bytes)
    model.reserved.set(owner, reserved - bytes)
  } else {
    expect(manager.releaseAll(owner)).toBe(model.held(owner))
    model.pages.delete(owner)
    model.reserved.delete(owner)
  }
}

function check(manager: MemoryManager, model: Model): void {
  expect(manager.availableBytes).toBe(TOTAL - model.total)
  for (const each of ['a', 'b', 'c']) expect(manager.usage().get(each) ?? 0).toBe(model.held(each))
  const taken = [...model.pages.values()].flat()
  for (const [i, page] of taken.entries()) new DataView(page.bytes.buffer, page.bytes.byteOffset).setUint32(0, i)
  const read = taken.map((page) => new DataView(page.bytes.buffer, page.bytes.byteOffset).getUint32(0))
  expect(read).toEqual(taken.map((_, i) => i))
}

describe.each([
  ['PooledMemoryManager', PooledMemoryManager],
  ['SimpleMemoryManager', SimpleMemoryManager],
])('%s', (_name, Manager) => {
  it('agrees with the model after any calls, and no two pages overlap', () => {
    fc.assert(
      fc.property(fc.array(command, {maxLength: 40}), (commands) => {
        const manager = new Manager({totalBytes: TOTAL, pageSizeBytes: PAGE})
        const model = new Model()
        for (const each of commands) {
          run(manager, model, each)
          check(manager, model)
        }
        for (const each of ['a', 'b', 'c']) manager.releaseAll(each)
        manager.verifyEmpty()
      }),
      propertyOptions(),
    )
  })
})
