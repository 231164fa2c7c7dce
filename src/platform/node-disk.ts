// `promises` is loaded when it is asked for first: three quarters of a millisecond that most slots never pay.
import {promises, readFileSync} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {Disk, DiskEntry, DiskFile} from './platform.js'

/** The host's file system. Files are for their owner only: state is as private as the data it came from. */
export class NodeDisk implements Disk {
  /** Not `mkdir` with `recursive`: below /proc that never ends (seen with Node 20.20). */
  async makeFolder(path: string): Promise<boolean> {
    try {
      return await makeOne(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
      await this.makeFolder(dirname(path))
      return await makeOne(path)
    }
  }

  async create(path: string): Promise<DiskFile> {
    return new NodeDiskFile(await promises.open(path, 'wx', 0o600))
  }

  rename(from: string, to: string): Promise<void> {
    return promises.rename(from, to)
  }

  async link(from: string, to: string): Promise<boolean> {
    try {
      await promises.link(from, to)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }

  async syncFolder(path: string): Promise<void> {
    const folder = await promises.open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return promises.readFile(path).catch(absent)
  }

  readNow(path: string): Uint8Array | undefined {
    try {
      return readFileSync(path)
    } catch (error) {
      return absent(error)
    }
  }

  async sizeOf(path: string): Promise<number | undefined> {
    return (await promises.stat(path).catch(absent))?.size
  }

  touch(path: string, atMs: number): Promise<void> {
    return promises.utimes(path, atMs / 1000, atMs / 1000)
  }

  async modifiedMs(path: string): Promise<number | undefined> {
    return (await promises.stat(path).catch(absent))?.mtimeMs
  }

  async list(path: string): Promise<readonly DiskEntry[] | undefined> {
    const entries = await promises.readdir(path, {withFileTypes: true}).catch(absent)
    return entries?.map((entry) => ({name: entry.name, isFolder: entry.isDirectory()}))
  }

  remove(path: string): Promise<void> {
    return promises.rm(path, {recursive: true, force: true, maxRetries: 2})
  }

  async removeEmpty(path: string): Promise<boolean> {
    try {
      await promises.rmdir(path)
      return true
    } catch (error) {
      if (isFilledOrGone(error)) return false
      throw error
    }
  }
}

/** Systems have two codes for a folder with something in it. */
function isFilledOrGone(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')
}

class NodeDiskFile implements DiskFile {
  constructor(private readonly handle: FileHandle) {}

  async append(bytes: Uint8Array): Promise<void> {
    // A write may take less than it was given (a disk that is nearly full).
    for (let from = 0; from < bytes.length; )
      from += (await this.handle.write(bytes, from, bytes.length - from)).bytesWritten
  }

  sync(): Promise<void> {
    return this.handle.sync()
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/** Whether it was missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await promises.mkdir(path, {mode: 0o700})
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if ((await promises.stat(path)).isDirectory()) return false
    throw error
  }
}

function absent(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  throw error
}
