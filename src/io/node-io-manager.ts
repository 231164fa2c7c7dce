import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {assert} from '../core/index.js'
import type {IOManager, SpillFile, SpillReader} from './io-manager.js'
import {NodeSpillFile, WRITE_BLOCK_BYTES} from './node-spill-file.js'
import {NodeSpillReader} from './node-spill-reader.js'
import {OpenFile} from './open-file.js'
import {spillFailed} from './spill-failed.js'
import {NODE_SPILL_FILE_SYSTEM, type SpillFileSystem} from './spill-file-system.js'
import {type SpillFolderOwner, spillFolderPath, sweepSpillFolders} from './spill-folder.js'
import {WriteBudget} from './write-budget.js'

const MIB = 1024 * 1024

/** Enough to keep a disk busy; a task that is faster than the disk waits. */
const IN_FLIGHT_BYTES_MAX = 4 * MIB

export interface NodeIOManagerOptions extends SpillFolderOwner {
  /** `io.tmp.dirs`: comma-separated, used in turn; empty is the system's temporary folder. */
  readonly tmpDirs: string
  /** Default 4 MiB. */
  readonly inFlightBytesMax?: number
  readonly fileSystem?: SpillFileSystem
}

/**
 * Spill files in the temporary directories, each in a folder of this manager that is made when it is first needed.
 *
 * A file is unlinked as soon as it is open: whatever way the process ends, the system frees its space. A file lives as long as
 * its descriptor, until it or its owner's files are deleted.
 */
export class NodeIOManager implements IOManager {
  private readonly fileSystem: SpillFileSystem
  private readonly directories: readonly string[]
  private readonly folders = new Map<string, string>()
  private readonly files = new Set<NodeSpillFile>()
  private readonly budget: WriteBudget
  private readonly freeBlocks: Uint8Array[] = []
  private openFiles = 0
  private created = 0
  private whenIdle: (() => void) | undefined

  constructor(private readonly options: NodeIOManagerOptions) {
    this.fileSystem = options.fileSystem ?? NODE_SPILL_FILE_SYSTEM
    this.directories = temporaryDirectories(options.tmpDirs)
    this.budget = new WriteBudget(options.inFlightBytesMax ?? IN_FLIGHT_BYTES_MAX)
  }

  createSpillFile(owner: string): SpillFile {
    const directory = this.directories[this.created % this.directories.length]
    const path = join(spillFolderPath(directory, this.options), `${this.created}.spill`)
    this.created += 1
    const file = new NodeSpillFile({
      path,
      owner,
      file: this.open(directory, path, owner),
      budget: this.budget,
      takeBlock: () => this.freeBlocks.pop() ?? new Uint8Array(WRITE_BLOCK_BYTES),
      giveBackBlock: (block) => this.keepBlock(block),
      deleted: (deleted) => this.files.delete(deleted),
    })
    this.files.add(file)
    return file
  }

  openReader(file: SpillFile, options: {readonly blockSizeBytes: number; readonly wake: () => void}): SpillReader {
    assert(file instanceof NodeSpillFile, 'a spill file is read by the manager that made it', {path: file.path})
    return new NodeSpillReader(file, options)
  }

  releaseAll(owner: string): void {
    for (const file of [...this.files]) if (file.owner === owner) file.delete()
  }

  /** Deletes all files, waits for what the system still does with them, removes the folders. */
  async close(): Promise<void> {
    for (const file of [...this.files]) file.delete()
    if (this.openFiles > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve))
    for (const folder of this.folders.values()) this.fileSystem.removeFolder(folder)
    this.folders.clear()
  }

  private open(directory: string, path: string, owner: string): OpenFile {
    try {
      this.ensureFolder(directory)
      const descriptor = this.fileSystem.create(path)
      this.fileSystem.unlink(path)
      this.openFiles += 1
      return new OpenFile(this.fileSystem, descriptor, () => this.fileClosed())
    } catch (cause) {
      throw spillFailed({failed: 'cannot create', path, owner, sizeBytes: 0}, cause)
    }
  }

  private ensureFolder(directory: string): void {
    if (this.folders.has(directory)) return
    const folder = spillFolderPath(directory, this.options)
    sweepSpillFolders(directory, this.fileSystem)
    this.fileSystem.makeFolder(folder)
    this.folders.set(directory, folder)
  }

  private fileClosed(): void {
    this.openFiles -= 1
    if (this.openFiles === 0) this.whenIdle?.()
  }

  /** As many as may be in flight are kept; a crowd of files may have had more. */
  private keepBlock(block: Uint8Array): void {
    if (this.freeBlocks.length * WRITE_BLOCK_BYTES < this.budget.inFlightBytesMax) this.freeBlocks.push(block)
  }
}

/**
 * Removes the folders that an IOManager with these options would have made, if they are there: for a process that must end while
 * the manager's thread cannot answer.
 */
export function removeSpillFolders(
  options: SpillFolderOwner & {readonly tmpDirs: string},
  fileSystem: SpillFileSystem = NODE_SPILL_FILE_SYSTEM,
): void {
  for (const directory of temporaryDirectories(options.tmpDirs))
    fileSystem.removeFolder(spillFolderPath(directory, options))
}

function temporaryDirectories(tmpDirs: string): readonly string[] {
  const named = tmpDirs
    .split(',')
    .map((directory) => directory.trim())
    .filter((directory) => directory !== '')
  return named.length === 0 ? [tmpdir()] : named
}
