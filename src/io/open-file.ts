import type {SpillFileSystem, Transfer} from './spill-file-system.js'

type Where = Omit<Transfer, 'descriptor'>

/**
 * A file descriptor with transfers under way. It is closed when asked to and the last transfer has ended: closed earlier, the
 * number could belong to another file when the system gets to it.
 */
export class OpenFile {
  private transfers = 0
  private isClosing = false

  constructor(
    private readonly fileSystem: SpillFileSystem,
    private readonly descriptor: number,
    private readonly closed: () => void,
  ) {}

  /** Writes all of it, in as many calls as the system needs. */
  write(where: Where, done: (error: Error | undefined) => void): void {
    this.transfer('write', where, done)
  }

  /** Reads all of it; an earlier end of the file is an error. */
  read(where: Where, done: (error: Error | undefined) => void): void {
    this.transfer('read', where, done)
  }

  close(): void {
    if (this.isClosing) return
    this.isClosing = true
    this.closeIfIdle()
  }

  private transfer(direction: 'read' | 'write', where: Where, done: (error: Error | undefined) => void): void {
    this.transfers += 1
    const next = (rest: Where) => {
      this.fileSystem[direction]({descriptor: this.descriptor, ...rest}, (error, byteCount) => {
        if (error === null && byteCount > 0 && byteCount < rest.length) return next(advance(rest, byteCount))
        this.transfers -= 1
        done(error ?? (byteCount === 0 ? new Error(`only part of it could be ${PAST[direction]}`) : undefined))
        if (this.isClosing) this.closeIfIdle()
      })
    }
    next(where)
  }

  private closeIfIdle(): void {
    if (this.transfers > 0) return
    this.fileSystem.close(this.descriptor)
    this.closed()
  }
}

const PAST = {read: 'read', write: 'written'} as const

function advance(where: Where, byteCount: number): Where {
  const {buffer, offset, length, position} = where
  return {buffer, offset: offset + byteCount, length: length - byteCount, position: position + byteCount}
}
