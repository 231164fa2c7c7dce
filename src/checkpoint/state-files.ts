import type {StateFileHandle} from '../core/index.js'
import type {Disk, Random} from '../platform/index.js'
import {crc32} from './crc32.js'
import {stateFileDamaged} from './file-errors.js'
import {StateFileWriter} from './state-file-writer.js'
import {WriteBuffers} from './write-buffers.js'

/**
 * Files of state, as slots write and read them.
 *
 *   create(folder) ─▶ append(bytes)… ─▶ close() ─▶ StateFileHandle     written behind the caller's back, synced, renamed
 *                                  └──▶ abandon()                     nothing is left
 *
 * A file has its own name (32 hex characters) only when it is complete; before that it is `.<name>.part`, which nobody reads.
 * Whoever makes a set of files durable syncs their folders (the coordinator does, before it writes `_metadata`).
 *
 * Errors   `restartable` FTS_CHECKPOINT_WRITE from `close`; `fatal` FTS_STATE_FILE_DAMAGED from `read`.
 */
export class StateFiles {
  private readonly buffers = new WriteBuffers()

  constructor(
    private readonly disk: Disk,
    private readonly random: Random,
  ) {}

  /** `folder` is absolute and exists. */
  create(folder: string): StateFileWriter {
    return new StateFileWriter(this.disk, this.buffers, folder, this.random.hex(16))
  }

  /** The bytes of a file, checked against its size and checksum. Synchronous: a slot that restores has nothing else to do. */
  read(handle: StateFileHandle): Uint8Array {
    const bytes = this.disk.readNow(handle.path)
    if (bytes === undefined) throw stateFileDamaged(handle.path, 'is missing')
    if (bytes.length !== handle.sizeBytes)
      throw stateFileDamaged(handle.path, `has ${bytes.length} bytes where ${handle.sizeBytes} were written`)
    const found = crc32(bytes)
    if (found !== handle.crc32)
      throw stateFileDamaged(handle.path, `has the checksum ${found} where ${handle.crc32} was written`)
    return bytes
  }
}
