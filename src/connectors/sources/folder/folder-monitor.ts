import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {fileReadError} from '../file-error.js'
import {compressionOf, type InputFile} from '../plan-files.js'

export interface FolderWatch {
  readonly path: string
  /** Files below subfolders, too. */
  readonly isRecursive: boolean
  /** Of `count` watchers of the folder this is number `index`: each file belongs to one of them, by its path. */
  readonly index: number
  readonly count: number
}

interface Seen {
  readonly sizeBytes: number
  readonly modifiedAtMs: number
}

/**
 * Finds the files of a folder, each once, when it has come to rest: two looks must have found the same size and time of change, since a file
 * that is still being written would be read in part. Names that begin with `.` or `_` are left out, so that writers can hide what is not done.
 */
export class FolderMonitor {
  private readonly taken = new Set<string>()
  private unsettled = new Map<string, Seen>()

  constructor(
    private readonly watch: FolderWatch,
    taken: Iterable<string> = [],
  ) {
    for (const path of taken) this.taken.add(path)
  }

  /** Paths of the files found so far. */
  get takenPaths(): readonly string[] {
    return [...this.taken]
  }

  /** The files that are new and at rest, in the order of their names. */
  look(): readonly InputFile[] {
    const settled: InputFile[] = []
    const unsettled = new Map<string, Seen>()
    for (const path of this.pathsIn(this.watch.path)) {
      if (this.taken.has(path) || !this.isOurs(path)) continue
      const stats = statSync(path, {throwIfNoEntry: false})
      if (stats === undefined || !stats.isFile()) continue
      const before = this.unsettled.get(path)
      if (before?.sizeBytes === stats.size && before.modifiedAtMs === stats.mtimeMs) {
        this.taken.add(path)
        settled.push({path, sizeBytes: stats.size, compression: compressionOf(path)})
      } else unsettled.set(path, {sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs})
    }
    this.unsettled = unsettled
    return settled
  }

  /** A folder that is not there yet has no files yet. */
  private pathsIn(folder: string): readonly string[] {
    const entries = entriesOf(folder).filter(({name}) => !name.startsWith('.') && !name.startsWith('_'))
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    return entries.flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return this.watch.isRecursive ? this.pathsIn(path) : []
      return [path]
    })
  }

  private isOurs(path: string): boolean {
    const {index, count} = this.watch
    if (count === 1) return true
    let hash = 0
    for (let i = 0; i < path.length; i++) hash = (Math.imul(hash, 31) + path.charCodeAt(i)) >>> 0
    return hash % count === index
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, {withFileTypes: true})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileReadError(folder, error)
  }
}
