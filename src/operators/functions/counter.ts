/** Counts something a user cares about: `this.rejected.inc()`. */
export class Counter {
  private total = 0

  inc(by = 1): void {
    this.total += by
  }

  dec(by = 1): void {
    this.total -= by
  }

  get count(): number {
    return this.total
  }
}
