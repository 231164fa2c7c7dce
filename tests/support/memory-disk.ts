import {dirname} from 'node:path'
import type {Disk, DiskEntry, DiskFile} from '../../src/platform/index.js'

/**
 * A disk in memory that knows what a loss of power would leave: bytes count as safe after `sync`, names after `syncFolder`.
 * `failNext` makes operations fail with a system code.
 */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Uint8Array>()
  readonly folders = new Set<string>(['/'])
  private readonly modified = new Map<string, number>()
  private readonly safeBytes = new Map<string, number>()
  private readonly safeNames = new Set<string>()
  private readonly faults: {readonly matches: (operation: string, path: string) => boolean; readonly code: string}[] =
    []

  /** The next operation (its method's name and a path) that matches fails; once. */
  failNext(matches: (operation: string, path: string) => boolean, code = 'ENOSPC'): void {
    this.faults.push({matches, code})
  }

  /** What is left after the power was cut now: unsynced bytes and names are gone. */
  losePower(): void {
    for (const path of [...this.files.keys()]) {
      if (!this.safeNames.has(path)) this.files.delete(path)
      else this.files.set(path, this.files.get(path)!.slice(0, this.safeBytes.get(path) ?? 0))
    }
  }

  async makeFolder(path: string): Promise<boolean> {
    this.check('makeFolder', path)
    if (this.files.has(path)) throw systemError('EEXIST', path)
    const isNew = !this.folders.has(path)
    for (let at = path; at !== '/'; at = dirname(at)) this.folders.add(at)
    return isNew
  }

  async create(path: string): Promise<DiskFile> {
    this.check('create', path)
    if (!this.folders.has(dirname(path))) throw systemError('ENOENT', path)
    if (this.files.has(path)) throw systemError('EEXIST', path)
    this.files.set(path, new Uint8Array(0))
    return new MemoryFile(this, path)
  }

  async rename(from: string, to: string): Promise<void> {
    this.check('rename', to)
    const bytes = this.files.get(from)
    if (bytes === undefined) throw systemError('ENOENT', from)
    this.files.set(to, bytes)
    this.safeBytes.set(to, this.safeBytes.get(from) ?? 0)
    this.files.delete(from)
    this.safeBytes.delete(from)
    this.safeNames.delete(from)
  }

  async link(from: string, to: string): Promise<boolean> {
    this.check('link', to)
    const bytes = this.files.get(from)
    if (bytes === undefined || !this.folders.has(dirname(to))) throw systemError('ENOENT', from)
    if (this.files.has(to)) return false
    this.files.set(to, bytes)
    this.safeBytes.set(to, this.safeBytes.get(from) ?? 0)
    return true
  }

  async touch(path: string, atMs: number): Promise<void> {
    this.check('touch', path)
    if (!this.files.has(path)) throw systemError('ENOENT', path)
    this.modified.set(path, atMs)
  }

  async modifiedMs(path: string): Promise<number | undefined> {
    return this.files.has(path) ? (this.modified.get(path) ?? 0) : undefined
  }

  async syncFolder(path: string): Promise<void> {
    this.check('syncFolder', path)
    for (const file of this.files.keys()) if (dirname(file) === path) this.safeNames.add(file)
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    this.check('read', path)
    return this.files.get(path)
  }

  readNow(path: string): Uint8Array | undefined {
    this.check('readNow', path)
    return this.files.get(path)
  }

  async sizeOf(path: string): Promise<number | undefined> {
    return this.files.get(path)?.length
  }

  async list(path: string): Promise<readonly DiskEntry[] | undefined> {
    this.check('list', path)
    if (!this.folders.has(path)) return undefined
    const here = (one: string) => one !== path && dirname(one) === path
    const name = (one: string) => one.slice(one.lastIndexOf('/') + 1)
    return [
      ...[...this.files.keys()].filter(here).map((one) => ({name: name(one), isFolder: false})),
      ...[...this.folders].filter(here).map((one) => ({name: name(one), isFolder: true})),
    ].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async remove(path: string): Promise<void> {
    this.check('remove', path)
    const under = (one: string) => one === path || one.startsWith(`${path}/`)
    for (const one of [...this.files.keys()]) if (under(one)) this.files.delete(one)
    for (const one of [...this.folders]) if (under(one)) this.folders.delete(one)
  }

  async removeEmpty(path: string): Promise<boolean> {
    if ((await this.list(path))?.length !== 0) return false
    await this.remove(path)
    return true
  }

  /** For MemoryFile. */
  append(path: string, bytes: Uint8Array): void {
    this.check('append', path)
    const before = this.files.get(path)!
    const all = new Uint8Array(before.length + bytes.length)
    all.set(before)
    all.set(bytes, before.length)
    this.files.set(path, all)
  }

  /** For MemoryFile. */
  sync(path: string): void {
    this.check('sync', path)
    this.safeBytes.set(path, this.files.get(path)!.length)
  }

  private check(operation: string, path: string): void {
    const index = this.faults.findIndex((fault) => fault.matches(operation, path))
    if (index !== -1) throw systemError(this.faults.splice(index, 1)[0].code, path)
  }
}

class MemoryFile implements DiskFile {
  constructor(
    private readonly disk: MemoryDisk,
    private readonly path: string,
  ) {}

  async append(bytes: Uint8Array): Promise<void> {
    this.disk.append(this.path, bytes)
  }

  async sync(): Promise<void> {
    this.disk.sync(this.path)
  }

  async close(): Promise<void> {}
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), {code})
}
