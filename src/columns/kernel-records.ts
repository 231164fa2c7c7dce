/** What a kernel that reads records out of text has in common with others. */
export interface RecordKernel {
  readonly memory: WebAssembly.Memory
  inputAt(): number
  getStatus(): number
  getRows(): number
  read(from: number, end: number): number
}

const STOPS = ['end', 'not plain', 'full'] as const
/** The text that a kernel has at once. As in assembly/record-reading.ts. */
export const KERNEL_TEXT_BYTES = 0x40000

/**
 * Gives a text to a kernel, a window at a time, and has it read records.
 *
 *   load(bytes) ─▶ read(from, end)* ─▶ load …
 */
export class KernelRecords<Kernel extends RecordKernel> {
  /** Why `read` stopped: at `end` or before a record that ends behind it; before a record that is not plain; for want of room for results. */
  stop: (typeof STOPS)[number] = 'end'
  /** Records that the last `read` took. */
  rows = 0
  private text: Uint8Array = new Uint8Array(0)
  /** The part of the text that the kernel has. */
  private windowStart = 0
  private windowEnd = 0

  protected constructor(protected readonly kernel: Kernel) {}

  get memoryBytes(): number {
    return this.kernel.memory.buffer.byteLength
  }

  /** The text that `read` is about from now on; it must not change while it is. */
  load(text: Uint8Array): void {
    this.text = text
    this.windowStart = 0
    this.windowEnd = 0
  }

  /** Takes plain records of `text[from .. end)`, which ends with a line end; answers where it stopped. */
  read(from: number, end: number): number {
    let at = from
    this.rows = 0
    while (at < end) {
      const reached = this.readWindow(at, end)
      if (this.stop !== 'end' || reached === at) return reached
      at = reached
    }
    return at
  }

  /** A window ends anywhere: what it has of its last record is read again with the next one. */
  private readWindow(from: number, end: number): number {
    if (from < this.windowStart || from >= this.windowEnd) this.moveWindow(from, end)
    const reached = this.readKernel(from, end)
    if (reached > from || this.stop !== 'end' || this.windowEnd >= end || this.windowStart === from) return reached
    this.moveWindow(from, end)
    return this.readKernel(from, end)
  }

  private readKernel(from: number, end: number): number {
    const {kernel, windowStart} = this
    const reached = kernel.read(from - windowStart, Math.min(end, this.windowEnd) - windowStart)
    this.rows += kernel.getRows()
    this.stop = STOPS[kernel.getStatus()]
    return windowStart + reached
  }

  private moveWindow(from: number, end: number): void {
    this.windowStart = from
    this.windowEnd = Math.min(from + KERNEL_TEXT_BYTES, end)
    const {memory, inputAt} = this.kernel
    new Uint8Array(memory.buffer).set(this.text.subarray(from, this.windowEnd), inputAt())
  }
}
