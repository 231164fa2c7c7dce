// Goal: a state file is there whole or not at all, and what is read is what was written.
// Method: StateFiles over a disk in memory that can fail, lose power and be tampered with; once over a real folder.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {StateFiles} from '../../../src/checkpoint/index.js'
import {NodeDisk, NodeRandom} from '../../../src/platform/index.js'
import {MemoryDisk} from '../../support/memory-disk.js'

function filled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({length}, (_, index) => (index * 31 + seed) & 0xff)
}

async function memoryFiles(): Promise<{disk: MemoryDisk; files: StateFiles}> {
  const disk = new MemoryDisk()
  await disk.makeFolder('/c')
  return {disk, files: new StateFiles(disk, new NodeRandom())}
}

describe('StateFiles', () => {
  it('gives back what was appended, whatever the pieces', async () => {
    const {files} = await memoryFiles()
    for (const sizes of [[], [0, 0], [1], [300_000], [100_000, 200_000, 3, 0, 262_144, 700_000]]) {
      const writer = files.create('/c')
      const pieces = sizes.map((size, index) => filled(size, index))
      for (const piece of pieces) writer.append(piece)
      const handle = await writer.close()
      expect(Buffer.from(files.read(handle)).equals(Buffer.concat(pieces))).toBe(true)
      expect(writer.queuedBytes).toBe(0)
    }
  })

  it('goes on writing while pieces come one by one', async () => {
    const {files} = await memoryFiles()
    const writer = files.create('/c')
    const pieces = Array.from({length: 40}, (_, index) => filled(50_000, index))
    for (const piece of pieces) {
      writer.append(piece)
      await null
    }
    expect(writer.queuedBytes).toBeLessThan(2_000_000)
    expect(Buffer.from(files.read(await writer.close())).equals(Buffer.concat(pieces))).toBe(true)
  })

  it('has its name only when it is complete and synced', async () => {
    const {disk, files} = await memoryFiles()
    const writer = files.create('/c')
    writer.append(filled(300_000, 1))
    await new Promise((resolve) => setImmediate(resolve))
    expect([...disk.files.keys()]).toEqual([writer.path.replace('/c/', '/c/.') + '.part'])
    const handle = await writer.close()
    expect([...disk.files.keys()]).toEqual([writer.path])
    await disk.syncFolder('/c')
    disk.losePower()
    expect(files.read(handle).length).toBe(300_000)
  })

  it('leaves nothing after a full disk or an abandonment', async () => {
    for (const operation of ['create', 'append', 'sync', 'rename']) {
      const {disk, files} = await memoryFiles()
      disk.failNext((one) => one === operation)
      const writer = files.create('/c')
      writer.append(filled(300_000, 1))
      await expect(writer.close()).rejects.toMatchObject({
        kind: 'restartable',
        code: 'FTS_CHECKPOINT_WRITE',
        details: {systemCode: 'ENOSPC'},
      })
      expect([...disk.files.keys()]).toEqual([])
    }
    const {disk, files} = await memoryFiles()
    const writer = files.create('/c')
    writer.append(filled(300_000, 1))
    await writer.abandon()
    expect([...disk.files.keys()]).toEqual([])
  })

  it('finds a file that is missing, torn or changed', async () => {
    const {disk, files} = await memoryFiles()
    const writer = files.create('/c')
    writer.append(filled(1000, 7))
    const handle = await writer.close()
    const bytes = disk.files.get(handle.path)!
    const damaged = {kind: 'fatal', code: 'FTS_STATE_FILE_DAMAGED', details: {path: handle.path}}
    const read = () => files.read(handle)
    disk.files.set(handle.path, bytes.slice(0, 999))
    expect(read).toThrow(
      expect.objectContaining({...damaged, message: expect.stringContaining('999 bytes where 1000')}),
    )
    const flipped = bytes.slice()
    flipped[500] ^= 4
    disk.files.set(handle.path, flipped)
    expect(read).toThrow(expect.objectContaining({...damaged, message: expect.stringContaining('checksum')}))
    disk.files.delete(handle.path)
    expect(read).toThrow(expect.objectContaining({...damaged, message: expect.stringContaining('missing')}))
  })

  it('works in a real folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fts-state-files-'))
    try {
      const files = new StateFiles(new NodeDisk(), new NodeRandom())
      const writer = files.create(folder)
      writer.append(filled(700_000, 3))
      const handle = await writer.close()
      await new NodeDisk().syncFolder(folder)
      expect(Buffer.from(files.read(handle)).equals(Buffer.from(filled(700_000, 3)))).toBe(true)
      const gone = files.create(folder)
      gone.append(filled(700_000, 3))
      await gone.abandon()
      expect(readdirSync(folder)).toEqual([handle.path.slice(folder.length + 1)])
      await expect(files.create(join(folder, 'nowhere')).close()).rejects.toMatchObject({code: 'FTS_CHECKPOINT_WRITE'})
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})
