// Goal: files of state are written from few buffers, which are used again, and a file that goes wrong takes nothing with it.
// Method: StateFiles over a disk in memory; the buffers that the disk is given are told apart by their memory.
import {describe, expect, it} from 'vitest'
import {StateFiles} from '../../../src/checkpoint/index.js'
import {NodeRandom} from '../../../src/platform/index.js'
import {MemoryDisk} from '../../support/memory-disk.js'

/** Remembers which memory it was given. */
class WatchedDisk extends MemoryDisk {
  readonly seen = new Set<ArrayBufferLike>()

  override append(path: string, bytes: Uint8Array): void {
    this.seen.add(bytes.buffer)
    super.append(path, bytes)
  }
}

describe('buffers of state files', () => {
  it('are used again, within a file and by the next', async () => {
    const disk = new WatchedDisk()
    await disk.makeFolder('/c')
    const files = new StateFiles(disk, new NodeRandom())
    for (let file = 0; file < 3; file++) {
      const writer = files.create('/c')
      for (let piece = 0; piece < 40; piece++) {
        writer.append(new Uint8Array(100_000).fill(piece))
        await new Promise((resolve) => setImmediate(resolve))
      }
      const handle = await writer.close()
      const bytes = files.read(handle)
      expect(bytes.every((byte, at) => byte === Math.floor(at / 100_000))).toBe(true)
    }
    expect(disk.seen.size).toBeLessThanOrEqual(4)
  })

  it('of a file that failed or was abandoned do not come back with its bytes', async () => {
    const disk = new WatchedDisk()
    await disk.makeFolder('/c')
    const files = new StateFiles(disk, new NodeRandom())
    const abandoned = files.create('/c')
    abandoned.append(new Uint8Array(600_000).fill(1))
    const abandoning = abandoned.abandon()
    const writer = files.create('/c')
    writer.append(new Uint8Array(600_000).fill(2))
    await abandoning
    const handle = await writer.close()
    expect(files.read(handle).every((byte) => byte === 2)).toBe(true)
    expect([...disk.files.keys()]).toEqual([handle.path])
  })
})
