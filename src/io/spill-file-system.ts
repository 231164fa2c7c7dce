import {closeSync, openSync, read, unlinkSync, write} from 'node:fs'

export type TransferDone = (error: NodeJS.ErrnoException | null, byteCount: number) => void

/** Where in a file, and which part of the buffer. */
export interface Transfer {
  readonly descriptor: number
  readonly buffer: Uint8Array
  readonly offset: number
  readonly length: number
  readonly position: number
}

/** What spilling needs of the file system; tests put in one that fails. */
export interface SpillFileSystem {
  /** A new file, for reading and writing, for its owner only. */
  create(path: string): number
  unlink(path: string): void
  close(descriptor: number): void
  write(transfer: Transfer, done: TransferDone): void
  read(transfer: Transfer, done: TransferDone): void
}

export const NODE_SPILL_FILE_SYSTEM: SpillFileSystem = {
  create: (path) => openSync(path, 'wx+', 0o600),
  unlink: unlinkSync,
  close: closeSync,
  write: ({descriptor, buffer, offset, length, position}, done) =>
    write(descriptor, buffer, offset, length, position, done),
  read: ({descriptor, buffer, offset, length, position}, done) =>
    read(descriptor, buffer, offset, length, position, done),
}
