/**
 * A heap of numbers, smallest first: four children a node, in one array of doubles, so that a step down reads one cache line.
 * (Measured 2026-11-21 with 2 M different timestamps: see README.)
 */
export class TimestampHeap {
  private values: number[] = []

  get size(): number {
    return this.values.length
  }

  /** The smallest; only if there is one. */
  first(): number {
    return this.values[0]
  }

  push(value: number): void {
    const {values} = this
    let index = values.push(value) - 1
    while (index > 0) {
      const parent = (index - 1) >> 2
      if (values[parent] <= value) break
      values[index] = values[parent]
      index = parent
    }
    values[index] = value
  }

  /** Takes the smallest out; only if there is one. */
  pop(): void {
    const {values} = this
    const last = values.pop()!
    if (values.length > 0) this.moveDown(last)
  }

  /** Starts again with these. */
  reset(values: Iterable<number>): void {
    this.values = Array.from(values).sort((a, b) => a - b)
  }

  private moveDown(value: number): void {
    const {values} = this
    let index = 0
    for (let child = this.smallestChild(0); child > 0 && values[child] < value; child = this.smallestChild(index)) {
      values[index] = values[child]
      index = child
    }
    values[index] = value
  }

  /** -1 if there is none. */
  private smallestChild(index: number): number {
    const {values} = this
    const first = 4 * index + 1
    const end = Math.min(first + 4, values.length)
    if (first >= end) return -1
    let smallest = first
    for (let child = first + 1; child < end; child++) if (values[child] < values[smallest]) smallest = child
    return smallest
  }
}
