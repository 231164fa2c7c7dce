import {crc32} from 'node:zlib'
import type {StateFileHandle} from '../../src/core/index.js'
import type {TaskStateFiles, TaskStateFileWriter} from '../../src/task/index.js'

/** Files of state in memory. A test makes them fail, or holds them back until it lets them be completed. */
export class MemoryStateFiles implements TaskStateFiles {
  readonly files = new Map<string, Uint8Array>()
  abandoned = 0
  error: Error | undefined
  private made = 0
  private hold: Promise<void> = Promise.resolve()
  complete: () => void = () => {}

  /** From now on files are not complete before `complete` is called. */
  holdBack(): void {
    this.hold = new Promise((resolve) => {
      this.complete = resolve
    })
  }

  create(folder: string): TaskStateFileWriter {
    const path = `${folder}/${this.made++}`
    const pieces: Uint8Array[] = []
    return {
      queuedBytes: 0,
      hasFailed: false,
      append: (bytes: Uint8Array) => {
        pieces.push(bytes.slice())
      },
      close: async (): Promise<StateFileHandle> => {
        await this.hold
        if (this.error !== undefined) throw this.error
        const bytes = Buffer.concat(pieces)
        this.files.set(path, bytes)
        return {path, sizeBytes: bytes.length, crc32: crc32(bytes)}
      },
      abandon: async () => {
        this.abandoned += 1
      },
    } as unknown as TaskStateFileWriter
  }

  read({path}: StateFileHandle): Uint8Array {
    return this.files.get(path)!
  }
}
