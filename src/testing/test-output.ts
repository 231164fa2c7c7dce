/** A record that came out. Units: event time in ms since the epoch; undefined where it has none. */
export interface OutputRecord<T> {
  readonly value: T
  readonly timestampMs: number | undefined
  /** Of the operator whose stream is collected, from 0. */
  readonly subtask: number
}

/** What has come out of a stream so far, in the order in which it came. Between subtasks the order depends on the seed. */
export class TestOutput<T> {
  private all: OutputRecord<T>[] = []

  /** With event times and subtasks. */
  get records(): readonly OutputRecord<T>[] {
    return this.all
  }

  get values(): readonly T[] {
    return this.all.map(({value}) => value)
  }

  /** The values since the last `take`. */
  take(): T[] {
    const taken = this.all.map(({value}) => value)
    this.all = []
    return taken
  }

  /** @internal */
  add(record: OutputRecord<T>): void {
    this.all.push(record)
  }
}
