// Goal: spill files come back as they were written, with a bounded amount in flight, and leave nothing behind.
// Method: real files in a temporary folder; where order or failure matters, a file system that waits for the test or fails.
import {mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {NodeIOManager, type SpillFile, type SpillReader} from '../../../src/io/index.js'
import {WRITE_BLOCK_BYTES} from '../../../src/io/node-spill-file.js'
import {StubbornSpillFileSystem} from '../../support/stubborn-spill-file-system.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-io-test-'))
})
afterEach(() => rmSync(folder, {recursive: true}))

const neverWoken = () => {
  throw new Error('nobody waited')
}

function bytesFrom(seed: number, length: number): Uint8Array {
  return Uint8Array.from({length}, (_, i) => (seed + i * 31 + (i >> 8)) & 0xff)
}

function finished(file: SpillFile): Promise<void> {
  return new Promise((resolve) => {
    if (file.finish(resolve)) resolve()
  })
}

/** The whole file; copies each block, which is only borrowed. */
async function readAll(open: (wake: () => void) => SpillReader): Promise<Uint8Array[]> {
  let wake = () => {}
  const reader = open(() => wake())
  const blocks: Uint8Array[] = []
  for (;;) {
    const next = reader.next()
    if (next === 'end') return blocks
    if (next === 'pending') await new Promise<void>((resolve) => (wake = resolve))
    else blocks.push(next.slice())
  }
}

describe('NodeIOManager with real files', () => {
  it('reads back what was written, block by block', async () => {
    const io = new NodeIOManager({name: 'run-tm-1-0', tmpDirs: folder})
    const file = io.createSpillFile('sorter')
    const pieces = [bytesFrom(1, 10), bytesFrom(2, 200_000), bytesFrom(3, 0), bytesFrom(4, 65_536)]
    for (const piece of pieces) file.write(piece)
    await finished(file)
    expect(file.sizeBytes).toBe(265_546)
    const blocks = await readAll((wake) => io.openReader(file, {blockSizeBytes: 100_000, wake}))
    expect(blocks.map((block) => block.length)).toEqual([100_000, 100_000, 65_546])
    expect(Buffer.concat(blocks).equals(Buffer.concat(pieces))).toBe(true)
    await io.close()
  })

  it('reads a part of a file that is still being written', async () => {
    const io = new NodeIOManager({name: 'run-tm-1-0', tmpDirs: folder})
    const file = io.createSpillFile('counter')
    const bytes = bytesFrom(3, 400_000)
    const flushed = () => new Promise<void>((resolve) => (file.flush(resolve) ? resolve() : undefined))
    const read = (fromBytes: number, endBytes: number) =>
      readAll((wake) => io.openReader(file, {blockSizeBytes: 50_000, wake, part: {fromBytes, endBytes}}))
    file.write(bytes.subarray(0, 150_001))
    await flushed()
    const reading = read(0, 150_001)
    file.write(bytes.subarray(150_001, 300_000))
    expect(Buffer.concat(await reading).equals(bytes.subarray(0, 150_001))).toBe(true)
    await flushed()
    expect(Buffer.concat(await read(149_999, 300_000)).equals(bytes.subarray(149_999, 300_000))).toBe(true)
    file.write(bytes.subarray(300_000))
    expect(() => io.openReader(file, {blockSizeBytes: 10, wake: neverWoken})).toThrow('is written before it is read')
    await finished(file)
    const blocks = await readAll((wake) => io.openReader(file, {blockSizeBytes: 100_000, wake}))
    expect(Buffer.concat(blocks).equals(bytes)).toBe(true)
    await io.close()
  })

  it('reads a file twice at once, and an empty one', async () => {
    const io = new NodeIOManager({name: 'run-tm-1-0', tmpDirs: folder})
    const file = io.createSpillFile('sorter')
    file.write(bytesFrom(9, 1000))
    await finished(file)
    const both = [7, 300].map((blockSizeBytes) => readAll((wake) => io.openReader(file, {blockSizeBytes, wake})))
    const [a, b] = (await Promise.all(both)).map((blocks) => Buffer.concat(blocks))
    expect(a.equals(bytesFrom(9, 1000)) && b.equals(a)).toBe(true)
    const empty = io.createSpillFile('sorter')
    expect(empty.finish(neverWoken)).toBe(true)
    expect(io.openReader(empty, {blockSizeBytes: 10, wake: neverWoken}).next()).toBe('end')
    await io.close()
  })

  it('uses several directories in turn, and leaves nothing in them even while a file is written', async () => {
    const directories = ['a', 'b'].map((name) => join(folder, name))
    for (const directory of directories) mkdirSync(directory)
    const io = new NodeIOManager({name: 'run-tm-1-0', tmpDirs: directories.join(', ')})
    const files = [1, 2, 3].map(() => io.createSpillFile('x'))
    expect(files.map((file) => file.path)).toEqual([
      join(directories[0], 'fts-spill-run-tm-1-0-0'),
      join(directories[1], 'fts-spill-run-tm-1-0-1'),
      join(directories[0], 'fts-spill-run-tm-1-0-2'),
    ])
    for (const file of files) file.write(bytesFrom(0, 100_000))
    expect(directories.flatMap((directory) => readdirSync(directory))).toEqual([])
    await io.close()
  })

  it('says what to do where it cannot create a file', () => {
    const io = new NodeIOManager({name: 'run-tm-1-0', tmpDirs: join(folder, 'missing')})
    expect(() => io.createSpillFile('sorter')).toThrow(
      expect.objectContaining({
        kind: 'restartable',
        code: 'FTS_SPILL_FAILED',
        message: expect.stringMatching(/^sorter: cannot create the spill file .*missing.*ENOENT/),
        tryThis: expect.stringContaining('-D io.tmp.dirs='),
      }),
    )
  })
})

describe('NodeIOManager with a file system that waits or fails', () => {
  const stubborn = (inFlightBlocks: number) => {
    const fileSystem = new StubbornSpillFileSystem()
    const inFlightBytesMax = inFlightBlocks * WRITE_BLOCK_BYTES
    return {fileSystem, io: new NodeIOManager({name: 'run-tm-1-0', tmpDirs: folder, fileSystem, inFlightBytesMax})}
  }

  it('has no room while too much is in flight, and wakes at half', async () => {
    const {fileSystem, io} = stubborn(4)
    const file = io.createSpillFile('x')
    let woken = 0
    const wake = () => {
      woken += 1
    }
    file.write(bytesFrom(0, 3 * WRITE_BLOCK_BYTES))
    expect(file.hasRoom(wake)).toBe(true)
    file.write(bytesFrom(0, WRITE_BLOCK_BYTES))
    expect([file.hasRoom(wake), file.hasRoom(wake)]).toEqual([false, false])
    await fileSystem.let(1)
    expect(woken).toBe(0)
    await fileSystem.let(1)
    expect([woken, file.hasRoom(neverWoken)]).toEqual([1, true])
    await fileSystem.let()
    await io.close()
  })

  it('finishes when the last block is written, in as many calls as the system wants', async () => {
    const {fileSystem, io} = stubborn(64)
    fileSystem.bytesMax = 1000
    const file = io.createSpillFile('x')
    file.write(bytesFrom(5, 100_000))
    let woken = 0
    const wake = () => {
      woken += 1
    }
    expect([file.finish(wake), file.finish(wake)]).toEqual([false, false])
    await fileSystem.let()
    expect([woken, file.finish(neverWoken)]).toEqual([1, true])
    const reader = io.openReader(file, {blockSizeBytes: 100_000, wake})
    expect(reader.next()).toBe('pending')
    await fileSystem.let()
    expect(woken).toBe(2)
    expect(Buffer.from(reader.next() as Uint8Array).equals(bytesFrom(5, 100_000))).toBe(true)
    expect(reader.next()).toBe('end')
    await io.close()
  })

  it('reads one block ahead while the caller works on another', async () => {
    const {fileSystem, io} = stubborn(64)
    const file = io.createSpillFile('x')
    file.write(bytesFrom(0, 30))
    file.finish(() => {})
    await fileSystem.let()
    const reader = io.openReader(file, {blockSizeBytes: 10, wake: neverWoken})
    await fileSystem.let()
    const first = reader.next() as Uint8Array
    expect(fileSystem.pending.length).toBe(1)
    await fileSystem.let()
    expect([...first]).toEqual([...bytesFrom(0, 30).subarray(0, 10)])
    expect([...(reader.next() as Uint8Array)]).toEqual([...bytesFrom(0, 30).subarray(10, 20)])
    reader.close()
    await fileSystem.let()
    expect(reader.next()).toBe('end')
    await io.close()
  })

  it.each([
    ['ENOSPC', /Free space/],
    ['EACCES', /To spill to another disk/],
    ['EIO', /To spill to another disk/],
  ])('tells a failed write (%s) on the next call and wakes who waits', async (code, remedy) => {
    const {fileSystem, io} = stubborn(1)
    const file = io.createSpillFile('sorter')
    fileSystem.failWith = code
    file.write(bytesFrom(0, WRITE_BLOCK_BYTES + 1))
    const woken: string[] = []
    file.hasRoom(() => woken.push('room'))
    file.finish(() => woken.push('finished'))
    await fileSystem.let()
    expect(woken.sort()).toEqual(['finished', 'room'])
    const failure = expect.objectContaining({
      kind: 'restartable',
      code: 'FTS_SPILL_FAILED',
      message: expect.stringMatching(
        /sorter: cannot write 65536 bytes at 0 to the spill file .*-0 \(65537 bytes so far\)/,
      ),
      details: expect.objectContaining({systemCode: code}),
      tryThis: expect.stringMatching(remedy),
    })
    expect(() => file.hasRoom(neverWoken)).toThrow(failure)
    expect(() => file.finish(neverWoken)).toThrow(failure)
    await io.close()
  })

  it('tells a failed read, and a file that is shorter than it was', async () => {
    const {fileSystem, io} = stubborn(64)
    const file = io.createSpillFile('merger')
    file.write(bytesFrom(0, 20))
    file.finish(() => {})
    await fileSystem.let()
    const failing = io.openReader(file, {blockSizeBytes: 10, wake: () => {}})
    fileSystem.failWith = 'EIO'
    await fileSystem.let()
    expect(() => failing.next()).toThrow(/merger: cannot read 10 bytes at 0 from the spill file .*EIO/)
    fileSystem.failWith = undefined
    fileSystem.bytesMax = 0
    const short = io.openReader(file, {blockSizeBytes: 10, wake: () => {}})
    await fileSystem.let()
    expect(() => short.next()).toThrow(/only part of it could be read/)
    await io.close()
  })

  it("deletes an owner's files, closing each when its last transfer has ended", async () => {
    const {fileSystem, io} = stubborn(64)
    const [mine, other] = [io.createSpillFile('mine'), io.createSpillFile('other')]
    mine.write(bytesFrom(0, WRITE_BLOCK_BYTES))
    io.releaseAll('mine')
    expect(fileSystem.closed.length).toBe(0)
    await fileSystem.let()
    expect(fileSystem.closed.length).toBe(1)
    expect(() => mine.write(bytesFrom(0, 1))).toThrow(/deleted spill file/)
    other.write(bytesFrom(0, 1))
    const closed = io.close()
    await fileSystem.let()
    await closed
    expect(fileSystem.closed.length).toBe(2)
  })

  it('waits in close for what the system still does', async () => {
    const {fileSystem, io} = stubborn(64)
    io.createSpillFile('x').write(bytesFrom(0, WRITE_BLOCK_BYTES))
    let isClosed = false
    const closed = io.close().then(() => {
      isClosed = true
    })
    await Promise.resolve()
    expect(isClosed).toBe(false)
    await fileSystem.let()
    await closed
  })
})
