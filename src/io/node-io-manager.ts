import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {assert} from '../core/index.js'
import type {IOManager, SpillFile, SpillReader, SpillReaderOptions} from './io-manager.js'
import {NodeSpillFile, WRITE_BLOCK_BYTES} from './node-spill-file.js'
import {NodeSpillReader} from './node-spill-reader.js'
import {OpenFile} from './open-file.js'
import {spillFailed} from './spill-failed.js'
import {NODE_SPILL_FILE_SYSTEM, type SpillFileSystem} from './spill-file-system.js'
import {WriteBudget} from './write-budget.js'

const MIB = 1024 * 1024

/** Enough to keep a disk busy; a task that is faster than the disk waits. */
const IN_FLIGHT_BYTES_MAX = 4 * MIB

export interface NodeIOManagerOptions {
  /** In the names of its files; no other manager that lives has the same. */
  readonly name: string
  /** `io.tmp.dirs`: comma-separated, used in turn; empty is the system's temporary folder. */
  readonly tmpDirs: string
  /** Default 4 MiB. */
  readonly inFlightBytesMax?: number
  readonly fileSystem?: SpillFileSystem
}

/**
 * Spill files in the temporary directories.
 *
 * A file is unlinked as soon as it is open: whatever way the process ends, the system frees its space and nothing is left. A file
 * lives as long as its descriptor, until it or its owner's files are deleted.
 */
export class NodeIOManager implements IOManager {
  private readonly fileSystem: SpillFileSystem
  private readonly directories: readonly string[]
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
    const path = join(directory, `fts-spill-${this.options.name}-${this.created}`)
    this.created += 1
    const file = new NodeSpillFile({
      path,
      owner,
      file: this.open(path, owner),
      budget: this.budget,
      takeBlock: () => this.freeBlocks.pop() ?? new Uint8Array(WRITE_BLOCK_BYTES),
      giveBackBlock: (block) => this.keepBlock(block),
      deleted: (deleted) => this.files.delete(deleted),
    })
    this.files.add(file)
    return file
  }

  openReader(file: SpillFile, options: SpillReaderOptions): SpillReader {
    assert(file instanceof NodeSpillFile, 'a spill file is read by the manager that made it', {path: file.path})
    return new NodeSpillReader(file, options)
  }

  releaseAll(owner: string): void {
    for (const file of [...this.files]) if (file.owner === owner) file.delete()
  }

  /** Deletes all files, and waits for what the system still does with them. */
  async close(): Promise<void> {
    for (const file of [...this.files]) file.delete()
    if (this.openFiles > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve))
  }

  private open(path: string, owner: string): OpenFile {
    try {
      const descriptor = this.fileSystem.create(path)
      this.fileSystem.unlink(path)
      this.openFiles += 1
      return new OpenFile(this.fileSystem, descriptor, () => this.fileClosed())
    } catch (cause) {
      throw spillFailed({failed: 'cannot create', path, owner, sizeBytes: 0}, cause)
    }
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

function temporaryDirectories(tmpDirs: string): readonly string[] {
  const named = tmpDirs
    .split(',')
    .map((directory) => directory.trim())
    .filter((directory) => directory !== '')
  return named.length === 0 ? [tmpdir()] : named
}
