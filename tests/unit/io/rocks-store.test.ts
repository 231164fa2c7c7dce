// Goal: RocksDB is an ordered store: reads give what was written last, cursors what there was when they were opened, and nothing is left on disk.
// Method: the real package in a temporary folder, random changes beside a sorted array; a missing package and a bad folder are made up.
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {FtsError, type OrderedStore} from '../../../src/core/index.js'
import {loadRocksBinding, RocksStore, scratchFolder} from '../../../src/io/index.js'
import {MemoryStore} from '../../../src/prove/memory-store.js'
import {propertyOptions} from '../../support/property-options.js'

const MIB = 1024 * 1024
/** No process has it. */
const DEAD_PID = 2 ** 22 + 12345

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-rocks-test-'))
})

afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

const open = (directory = join(folder, 'db')) => RocksStore.open({directory, memoryBytes: 8 * MIB, compaction: 'level'})

const bytes = (text: string) => Buffer.from(text)
const ALL = {from: bytes(''), to: bytes('\u007f')}

function all(store: OrderedStore, countMax = 3): string[] {
  const cursor = store.cursor(ALL)
  const found: string[] = []
  for (let rows = cursor.next(countMax); rows.length > 0; rows = cursor.next(countMax))
    for (const one of rows) found.push(Buffer.from(one).toString())
  cursor.close()
  return found
}

const change = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'delete', 'clear', 'write', 'cursor'),
  key: fc.string({unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3}),
  value: fc.string({unit: fc.constantFrom('x', 'y'), maxLength: 4}),
})

describe('RocksStore', () => {
  it('agrees with a sorted array', async () => {
    const property = fc.asyncProperty(fc.array(change, {maxLength: 60}), async (changes) => {
      const directory = mkdtempSync(join(folder, 'db-'))
      const stores: readonly OrderedStore[] = [await open(directory), new MemoryStore()]
      const answers = stores.map((store) => {
        const batch = store.batch()
        const views: ReturnType<OrderedStore['cursor']>[] = []
        const told: unknown[] = []
        for (const {kind, key, value} of changes) {
          if (kind === 'put') batch.put(bytes(key), bytes(value))
          else if (kind === 'delete') batch.delete(bytes(key))
          else if (kind === 'clear') store.clear({from: bytes(key), to: bytes(`${key}c`)})
          else if (kind === 'cursor') views.push(store.cursor({from: bytes(key), to: bytes('c')}))
          else batch.write()
          told.push(batch.count, store.get(bytes(key))?.toString(), all(store))
        }
        // Cursors see what there was.
        for (const view of views) {
          told.push(view.next(1000).map((one) => Buffer.from(one).toString()))
          view.close()
        }
        return told
      })
      await (stores[0] as RocksStore).close()
      expect(answers[0]).toEqual(answers[1])
    })
    await fc.assert(property, propertyOptions(15))
  })

  it('keeps bytes as they are', async () => {
    const store = await open()
    const value = Uint8Array.from({length: 256}, (_, i) => i)
    const batch = store.batch()
    batch.put(value.subarray(100, 200), value)
    batch.write()
    expect(Uint8Array.from(store.get(value.subarray(100, 200))!)).toEqual(value)
    expect(store.get(value)).toBeUndefined()
    await store.close()
  })

  it('removes its folder when it is closed', async () => {
    const store = await open()
    expect(existsSync(join(folder, 'db'))).toBe(true)
    await store.close()
    expect(existsSync(join(folder, 'db'))).toBe(false)
  })

  it('says where it could not be opened', async () => {
    writeFileSync(join(folder, 'file'), '')
    const error = await open(join(folder, 'file', 'db')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FtsError)
    expect((error as FtsError).code).toBe('FTS_STORE_FAILED')
    expect((error as FtsError).message).toContain(join(folder, 'file', 'db'))
    expect((error as FtsError).tryThis).toContain('io.tmp.dirs')
  })
})

describe('without the package', () => {
  it('a sentence names it and how to install it', () => {
    const load = () => {
      throw Object.assign(new Error('Cannot find module'), {code: 'MODULE_NOT_FOUND'})
    }
    expect(() => loadRocksBinding(load)).toThrow(
      'state.backend.type is rocksdb, but the package @nxtedition/rocksdb is not installed',
    )
    try {
      loadRocksBinding(load)
    } catch (error) {
      expect((error as FtsError).kind).toBe('user')
      expect((error as FtsError).tryThis).toContain('npm install @nxtedition/rocksdb')
    }
  })

  it('a machine that it was not built for is named', () => {
    const load = () => {
      throw new Error('No native build was found for platform=sunos\n    attempted …')
    }
    expect(() => loadRocksBinding(load)).toThrow(
      `cannot be loaded on ${process.platform}-${process.arch}: No native build was found for platform=sunos`,
    )
  })
})

describe('folders for databases', () => {
  it('of killed processes are removed, others stay', () => {
    const names = {
      dead: `fts-rocksdb-${DEAD_PID}-x@${hostname()}`,
      alive: `fts-rocksdb-${process.pid}-y@${hostname()}`,
      elsewhere: `fts-rocksdb-${DEAD_PID}-x@some-other-host`,
      other: 'fts-rocksdb-notes',
    }
    for (const name of Object.values(names)) mkdirSync(join(folder, name, 'inside'), {recursive: true})
    const mine = scratchFolder(folder, 'tm-1-0')
    expect(mine).toBe(join(folder, `fts-rocksdb-${process.pid}-tm-1-0@${hostname()}`))
    const left = Object.values(names).filter((name) => existsSync(join(folder, name)))
    expect(left).toEqual([names.alive, names.elsewhere, names.other])
  })

  it('are asked for in a folder that is not there: opening says so', () => {
    expect(scratchFolder(join(folder, 'none'), '0')).toContain('none')
  })
})
