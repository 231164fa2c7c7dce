import {mkdirSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Disk, DiskEntry, DiskFile, SeededRandom} from '../platform/index.js'
import type {SimProcess} from './sim-process.js'
import type {Steps} from './steps.js'

/** Where JobManagers are elected, and what a leader has decided is stored. */
export const LEADERSHIP_FOLDER = '/leadership'

type Operation = 'makeFolder' | 'create' | 'append' | 'sync' | 'rename' | 'link' | 'syncFolder' | 'remove'

export interface SimDiskOptions {
  readonly random: SeededRandom
  readonly steps: Steps
  /** An operation takes up to this long. */
  readonly delayMsMax: number
  /** Folders are made there for real, too: sinks and sources keep files of their own in them. */
  readonly sandbox: string
}

/**
 * The disk that checkpoints lie on, in memory. Each operation takes its time; of a process that is killed meanwhile it has happened, has not,
 * or (an append) has happened in part. While it is full, nothing more is written.
 */
export class SimDisk {
  private readonly files = new Map<string, Uint8Array>()
  private readonly folders = new Set<string>(['/'])
  private readonly modified = new Map<string, number>()
  private failures = 0

  constructor(private readonly options: SimDiskOptions) {}

  /** The next so many writing operations find the disk full. */
  fill(operations: number): void {
    this.failures = operations
  }

  of(process: SimProcess): Disk {
    const run = <R>(operation: Operation, path: string, apply: (isWhole: boolean) => R) =>
      this.run(process, {operation, path}, apply)
    return {
      makeFolder: (path) => run('makeFolder', path, () => this.makeFolder(path)),
      create: async (path) => {
        await run('create', path, () => this.create(path))
        return this.fileOf(process, path)
      },
      rename: (from, to) => run('rename', to, () => this.rename(from, to)),
      link: (from, to) => run('link', to, () => this.link(from, to)),
      touch: (path, atMs) => this.look(process, () => this.touch(path, atMs)),
      modifiedMs: (path) =>
        this.look(process, () => (this.files.has(path) ? (this.modified.get(path) ?? 0) : undefined)),
      syncFolder: (path) => run('syncFolder', path, () => {}),
      read: (path) => this.look(process, () => this.files.get(path)),
      readNow: (path) => this.files.get(path),
      sizeOf: (path) => this.look(process, () => this.files.get(path)?.length),
      list: (path) => this.look(process, () => this.list(path)),
      remove: (path) => run('remove', path, () => this.remove(path)),
      removeEmpty: (path) => run('remove', path, () => this.removeEmpty(path)),
    }
  }

  private run<R>(
    process: SimProcess,
    of: {readonly operation: Operation; readonly path: string},
    apply: (isWhole: boolean) => R,
  ): Promise<R> {
    return this.later(process, {
      happen: () => {
        this.note(of)
        if (this.isFull(of)) throw systemError('ENOSPC', of.path)
        return apply(true)
      },
      die: () => this.dead(apply),
    })
  }

  /** What changes nothing, and needs no room. */
  private look<R>(process: SimProcess, happen: () => R): Promise<R> {
    return this.later(process, {happen, die: () => {}})
  }

  /** Of a process that is stopped an operation may be with the system already, or not begun; it hears of it when it has woken. */
  private later<R>(process: SimProcess, operation: {happen(): R; die(): void}): Promise<R> {
    const {random, delayMsMax} = this.options
    return new Promise((resolve, reject) => {
      const happen = (): (() => void) => {
        try {
          const value = operation.happen()
          return () => resolve(value)
        } catch (error) {
          return () => reject(error as Error)
        }
      }
      process.world.after(random.next() * delayMsMax, () => {
        if (!process.isAlive) operation.die()
        else if (process.isStopped && random.chance(0.5)) process.reach(() => happen()())
        else process.reach(happen())
      })
    })
  }

  /** Nobody waits for it any more. */
  private dead(apply: (isWhole: boolean) => unknown): void {
    const {random} = this.options
    const happens = random.chance(0.5)
    const isWhole = random.chance(0.5)
    try {
      if (happens) apply(isWhole)
    } catch {
      // The system says no to nobody.
    }
  }

  private note({operation, path}: {readonly operation: Operation; readonly path: string}): void {
    const isBefore = path.startsWith(LEADERSHIP_FOLDER) && (operation === 'makeFolder' || operation === 'rename')
    // What happens before a job runs is no step.
    if (operation !== 'remove' && !isBefore)
      this.options.steps.add({what: `${operation} ${kindOf(operation, path)}`, where: 'disk'})
  }

  /** Neither removing needs room nor making what is there. */
  private isFull({operation, path}: {readonly operation: Operation; readonly path: string}): boolean {
    const needsRoom = operation !== 'remove' && !(operation === 'makeFolder' && this.folders.has(path))
    if (this.failures === 0 || !needsRoom) return false
    this.failures -= 1
    return true
  }

  private fileOf(process: SimProcess, path: string): DiskFile {
    return {
      append: (bytes) =>
        this.run(process, {operation: 'append', path}, (isWhole) => this.append(path, isWhole ? bytes : torn(bytes))),
      sync: () => this.run(process, {operation: 'sync', path}, () => {}),
      close: async () => {},
    }
  }

  private makeFolder(path: string): boolean {
    const isNew = !this.folders.has(path)
    for (let at = path; at !== '/'; at = dirname(at)) this.folders.add(at)
    if (path.startsWith(this.options.sandbox)) mkdirSync(path, {recursive: true})
    return isNew
  }

  private create(path: string): void {
    if (!this.folders.has(dirname(path))) throw systemError('ENOENT', path)
    if (this.files.has(path)) throw systemError('EEXIST', path)
    this.files.set(path, new Uint8Array(0))
  }

  private append(path: string, bytes: Uint8Array): void {
    this.files.set(path, Buffer.concat([this.files.get(path) ?? new Uint8Array(0), bytes]))
  }

  private rename(from: string, to: string): void {
    const bytes = this.files.get(from)
    if (bytes === undefined) throw systemError('ENOENT', from)
    this.files.set(to, bytes)
    this.files.delete(from)
  }

  private removeEmpty(path: string): boolean {
    if (this.list(path)?.length !== 0) return false
    this.remove(path)
    return true
  }

  private link(from: string, to: string): boolean {
    const bytes = this.files.get(from)
    if (bytes === undefined || !this.folders.has(dirname(to))) throw systemError('ENOENT', from)
    if (this.files.has(to)) return false
    this.files.set(to, bytes)
    return true
  }

  private touch(path: string, atMs: number): void {
    if (!this.files.has(path)) throw systemError('ENOENT', path)
    this.modified.set(path, atMs)
  }

  private list(path: string): readonly DiskEntry[] | undefined {
    if (!this.folders.has(path)) return undefined
    const here = (one: string) => one !== path && dirname(one) === path
    const name = (one: string) => one.slice(one.lastIndexOf('/') + 1)
    return [
      ...[...this.files.keys()].filter(here).map((one) => ({name: name(one), isFolder: false})),
      ...[...this.folders].filter(here).map((one) => ({name: name(one), isFolder: true})),
    ].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  private remove(path: string): void {
    const isUnder = (one: string) => one === path || one.startsWith(`${path}/`)
    for (const one of [...this.files.keys()]) if (isUnder(one)) this.files.delete(one)
    for (const one of [...this.folders]) if (isUnder(one)) this.folders.delete(one)
    if (path.startsWith(`${this.options.sandbox}/`)) rmSync(path, {recursive: true, force: true})
  }
}

/** What a path is, for people. */
function kindOf(operation: Operation, path: string): string {
  if (path.startsWith(LEADERSHIP_FOLDER)) return 'leadership'
  if (operation === 'makeFolder' || operation === 'syncFolder') return 'folder'
  return path.endsWith('_metadata') || path.endsWith('_metadata.part') ? 'metadata' : 'state'
}

function torn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length >> 1)
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), {code})
}
