import type {StateFileHandle} from '../core/index.js'
import type {TaskStateFiles, TaskStateFileWriter} from '../task/index.js'

/** Files of state by path. */
export type FilesInMemory = ReadonlyMap<string, Uint8Array>

/** Files of state in memory, beside those that are there already. */
export class MemoryStateFiles implements TaskStateFiles {
  private readonly written: Map<string, Uint8Array>

  constructor(files: FilesInMemory = new Map()) {
    this.written = new Map(files)
  }

  /** All files there are now. */
  get files(): FilesInMemory {
    return new Map(this.written)
  }

  create(folder: string): TaskStateFileWriter {
    const pieces: Uint8Array[] = []
    return {
      queuedBytes: 0,
      hasFailed: false,
      append: (bytes) => void pieces.push(bytes.slice()),
      close: async () => this.write(folder, Buffer.concat(pieces)),
      abandon: async () => {},
    }
  }

  /** A complete file. The checksum is nobody's business: what is in memory is not damaged. */
  write(folder: string, bytes: Uint8Array): StateFileHandle {
    const path = `${folder}/${this.written.size}`
    this.written.set(path, bytes)
    return {path, sizeBytes: bytes.length, crc32: 0}
  }

  read({path}: StateFileHandle): Uint8Array {
    return this.written.get(path)!
  }
}
