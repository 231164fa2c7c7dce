import type {IOManager, SpillFile, SpillReader, SpillReaderOptions} from '../../src/io/index.js'

/**
 * Spill files in memory that keep the waiting of real ones: a write is refused room now and then, a block is pending before
 * it comes, and `wake` is called from the event loop. Counts what is open, so that a test can see that nothing is left.
 */
export class FakeIOManager implements IOManager {
  readonly files = new Set<FakeSpillFile>()
  openReaders = 0
  createdFiles = 0
  writtenBytes = 0
  /** Thrown by writes from now on. */
  writeError: Error | undefined

  createSpillFile(owner: string): SpillFile {
    const file = new FakeSpillFile(this, owner, `memory:${this.createdFiles++}`)
    this.files.add(file)
    return file
  }

  openReader(file: SpillFile, options: SpillReaderOptions): SpillReader {
    const content = (file as FakeSpillFile).content(options.part)
    this.openReaders++
    return new FakeSpillReader(this, content, options)
  }

  releaseAll(owner: string): void {
    for (const file of this.files) if (file.owner === owner) file.delete()
  }

  async close(): Promise<void> {
    this.files.clear()
  }
}

class FakeSpillFile implements SpillFile {
  sizeBytes = 0
  private readonly chunks: Uint8Array[] = []
  private isBusy = false
  private isFinished = false
  private flushedBytes = 0

  constructor(
    private readonly io: FakeIOManager,
    readonly owner: string,
    readonly path: string,
  ) {}

  write(bytes: Uint8Array): void {
    if (this.io.writeError !== undefined) throw this.io.writeError
    if (this.isFinished) throw new Error('write after finish')
    this.chunks.push(bytes.slice())
    this.sizeBytes += bytes.length
    this.io.writtenBytes += bytes.length
    if (this.chunks.length % 8 === 0) this.isBusy = true
  }

  hasRoom(wake: () => void): boolean {
    return !this.waits(wake)
  }

  finish(wake: () => void): boolean {
    if (this.isFinished) return !this.waits(wake)
    this.isFinished = true
    this.isBusy = this.chunks.length % 2 === 1
    return !this.waits(wake)
  }

  flush(wake: () => void): boolean {
    if (this.flushedBytes < this.sizeBytes) this.isBusy = this.chunks.length % 2 === 1
    this.flushedBytes = this.sizeBytes
    return !this.waits(wake)
  }

  delete(): void {
    this.io.files.delete(this)
    this.chunks.length = 0
  }

  content(part: SpillReaderOptions['part']): Uint8Array {
    if (!this.io.files.has(this)) throw new Error('read after the file was deleted')
    if (part !== undefined && part.endBytes > this.flushedBytes) throw new Error('read before the file is flushed')
    if (part === undefined && (!this.isFinished || this.isBusy)) throw new Error('read before the file is finished')
    return Buffer.concat(this.chunks).subarray(part?.fromBytes, part?.endBytes)
  }

  private waits(wake: () => void): boolean {
    if (!this.isBusy) return false
    setImmediate(() => {
      this.isBusy = false
      wake()
    })
    return true
  }
}

class FakeSpillReader implements SpillReader {
  private at = 0
  private turn = 0
  private block = new Uint8Array(0)

  constructor(
    private readonly io: FakeIOManager,
    private readonly content: Uint8Array,
    private readonly options: {readonly blockSizeBytes: number; readonly wake: () => void},
  ) {}

  next(): Uint8Array | 'pending' | 'end' {
    this.block.fill(0xff)
    if (this.turn++ % 3 === 0) {
      setImmediate(this.options.wake)
      return 'pending'
    }
    if (this.at === this.content.length) return 'end'
    this.block = this.content.slice(this.at, this.at + this.options.blockSizeBytes)
    this.at += this.block.length
    return this.block
  }

  close(): void {
    this.io.openReaders--
  }
}
