import {assert, FtsError} from '../core/index.js'

/**
 * Who holds how much of a slot's managed memory. Both memory managers keep their books here, so that they refuse, count and
 * complain alike.
 */
export class MemoryLedger {
  private readonly heldByOwner = new Map<string, number>()
  private heldBytes = 0

  constructor(readonly totalBytes: number) {}

  get availableBytes(): number {
    return this.totalBytes - this.heldBytes
  }

  tryTake(owner: string, bytes: number): boolean {
    assert(Number.isSafeInteger(bytes) && bytes >= 0, 'a request for memory is a whole number of bytes', {owner, bytes})
    if (bytes > this.availableBytes) return false
    if (bytes === 0) return true
    this.heldBytes += bytes
    this.heldByOwner.set(owner, (this.heldByOwner.get(owner) ?? 0) + bytes)
    return true
  }

  giveBack(owner: string, bytes: number): void {
    const held = this.heldByOwner.get(owner) ?? 0
    assert(bytes >= 0 && bytes <= held, 'an owner gives back at most what it holds', {owner, held, givenBack: bytes})
    this.heldBytes -= bytes
    if (bytes === held) this.heldByOwner.delete(owner)
    else this.heldByOwner.set(owner, held - bytes)
  }

  usage(): ReadonlyMap<string, number> {
    return new Map(this.heldByOwner)
  }

  exceeded(owner: string, bytes: number): FtsError {
    const {totalBytes, availableBytes} = this
    return new FtsError(
      'restartable',
      'FTS_MEMORY_EXCEEDED',
      `${owner} asked for ${bytes} bytes of managed memory; ${availableBytes} of the slot's ${totalBytes} bytes are free`,
      {owner, requestedBytes: bytes, availableBytes, totalBytes},
      {tryThis: 'Raise taskmanager.memory.flink.size or taskmanager.memory.managed.fraction, or use fewer slots.'},
    )
  }

  verifyEmpty(): void {
    const owners = [...this.heldByOwner].map(([owner, bytes]) => `${owner}: ${bytes}`).join(', ')
    assert(this.heldBytes === 0, `all managed memory is given back at the end of a slot (still held: ${owners})`, {
      heldBytes: this.heldBytes,
    })
  }
}
