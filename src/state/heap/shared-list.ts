/**
 * A list that can be handed out without being copied: what `snapshot` gave never changes, because the first change after it
 * copies. A list that is only added to, and read at the end (a window), is never copied.
 */
export class SharedList<T> {
  private values: T[]
  private handedOut = false

  constructor(values: Iterable<T>) {
    this.values = Array.from(values)
  }

  get length(): number {
    return this.values.length
  }

  snapshot(): readonly T[] {
    this.handedOut = true
    return this.values
  }

  /** A list of the same values; whichever of both changes first copies them. */
  share(): SharedList<T> {
    const shared = new SharedList<T>([])
    shared.values = this.values
    shared.handedOut = true
    this.handedOut = true
    return shared
  }

  replaceEach(replace: (value: T) => T): void {
    this.values = this.values.map(replace)
    this.handedOut = false
  }

  /** The values, to be looked at now and not kept. */
  peek(): readonly T[] {
    return this.values
  }

  add(value: T): void {
    this.own().push(value)
  }

  addAll(values: Iterable<T>): void {
    const own = this.own()
    for (const value of values) own.push(value)
  }

  private own(): T[] {
    if (!this.handedOut) return this.values
    this.values = this.values.slice()
    this.handedOut = false
    return this.values
  }
}
