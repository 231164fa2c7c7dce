/** A first-in-first-out queue: an array with a moving head, compacted when half of it is behind the head. */
export class Fifo<Item> {
  private items: (Item | undefined)[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  push(item: Item): void {
    this.items.push(item)
  }

  peek(): Item | undefined {
    return this.items[this.head]
  }

  shift(): Item | undefined {
    if (this.head === this.items.length) return undefined
    const item = this.items[this.head]
    this.items[this.head++] = undefined
    if (this.head === this.items.length) this.reset()
    else if (this.head >= 64 && this.head * 2 >= this.items.length) this.compact()
    return item
  }

  /** The item at `index` from the head. */
  at(index: number): Item | undefined {
    return this.items[this.head + index]
  }

  /** Puts an item before all others. */
  unshift(item: Item): void {
    if (this.head > 0) this.items[--this.head] = item
    else this.items.unshift(item)
  }

  /** Takes out the item at `index` from the head. */
  remove(index: number): void {
    this.items.splice(this.head + index, 1)
    if (this.head === this.items.length) this.reset()
  }

  clear(): void {
    this.items = []
    this.head = 0
  }

  private reset(): void {
    this.items.length = 0
    this.head = 0
  }

  private compact(): void {
    this.items = this.items.slice(this.head)
    this.head = 0
  }
}
