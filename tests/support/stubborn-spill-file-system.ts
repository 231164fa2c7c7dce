import {
  NODE_SPILL_FILE_SYSTEM,
  type SpillFileSystem,
  type Transfer,
  type TransferDone,
} from '../../src/io/spill-file-system.js'

interface Pending {
  readonly direction: 'read' | 'write'
  readonly transfer: Transfer
  readonly done: TransferDone
}

/** The real file system, except that transfers wait until the test lets them go, fail when it says so, and may be cut short. */
export class StubbornSpillFileSystem implements SpillFileSystem {
  readonly pending: Pending[] = []
  /** System code of the error that each further transfer or creation ends with. */
  failWith: string | undefined
  /** No transfer moves more bytes than this at once. */
  bytesMax = Number.POSITIVE_INFINITY

  unlink = NODE_SPILL_FILE_SYSTEM.unlink
  readonly closed: number[] = []

  close = (descriptor: number) => {
    this.closed.push(descriptor)
    NODE_SPILL_FILE_SYSTEM.close(descriptor)
  }

  create = (path: string) => {
    if (this.failWith !== undefined) throw systemError(this.failWith)
    return NODE_SPILL_FILE_SYSTEM.create(path)
  }

  write = (transfer: Transfer, done: TransferDone) => {
    this.pending.push({direction: 'write', transfer, done})
  }

  read = (transfer: Transfer, done: TransferDone) => {
    this.pending.push({direction: 'read', transfer, done})
  }

  /** Carries out the oldest transfers, and those that come of them while the count lasts. */
  async let(count = Number.POSITIVE_INFINITY): Promise<void> {
    for (let i = 0; i < count; i++) {
      const next = this.pending.shift()
      if (next === undefined) return
      await this.carryOut(next)
    }
  }

  private carryOut({direction, transfer, done}: Pending): Promise<void> {
    return new Promise((resolve) => {
      const end: TransferDone = (error, byteCount) => {
        done(error, byteCount)
        resolve()
      }
      if (this.failWith !== undefined) end(systemError(this.failWith), 0)
      else NODE_SPILL_FILE_SYSTEM[direction]({...transfer, length: Math.min(transfer.length, this.bytesMax)}, end)
    })
  }
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as the test wishes`), {code})
}
