/** Bytes that are being written, of all files together, and who waits until they are fewer. */
export class WriteBudget {
  private inFlight = 0
  private readonly waiting = new Set<() => void>()

  constructor(readonly inFlightBytesMax: number) {}

  get inFlightBytes(): number {
    return this.inFlight
  }

  hasRoom(wake: () => void): boolean {
    if (this.inFlight < this.inFlightBytesMax) return true
    this.waiting.add(wake)
    return false
  }

  started(byteCount: number): void {
    this.inFlight += byteCount
  }

  /** Wakes at half of the limit, so that a writer then has more to do than one block. */
  ended(byteCount: number): void {
    this.inFlight -= byteCount
    if (this.inFlight > this.inFlightBytesMax / 2) return
    const woken = [...this.waiting]
    this.waiting.clear()
    for (const wake of woken) wake()
  }
}
