import {KernelRecords, type RecordKernel} from './kernel-records.js'

/** Takes a group out of a kernel. `sums` has per slot: values, sum, least, greatest (infinities where there is no value). Borrowed. */
export type TakeGroup = (key: string, records: number, sums: Float64Array) => void

/** A kernel with the table of assembly/group-table.ts. */
export interface GroupKernel extends RecordKernel {
  clear(): void
  getGroupCount(): number
  groupAt(group: number): number
}

/** What kernels that group records have in common. Shape: 8 slots, 16384 groups, 1 MiB of keys. */
export abstract class KernelGroups<Kernel extends GroupKernel> extends KernelRecords<Kernel> {
  private readonly decoder = new TextDecoder()

  protected constructor(
    kernel: Kernel,
    private readonly slotCount: number,
  ) {
    super(kernel)
  }

  get groupCount(): number {
    return this.kernel.getGroupCount()
  }

  /** Gives all groups and forgets them. */
  take(group: TakeGroup): void {
    const {kernel, slotCount, decoder} = this
    const {buffer} = kernel.memory
    const bytes = new Uint8Array(buffer)
    const view = new DataView(buffer)
    for (let index = 0, count = kernel.getGroupCount(); index < count; index++) {
      const at = kernel.groupAt(index)
      const keyAt = view.getUint32(at + 8, true)
      const key = decoder.decode(bytes.subarray(keyAt, keyAt + view.getUint32(at + 4, true)))
      group(key, view.getFloat64(at + 16, true), new Float64Array(buffer, at + 24, 4 * slotCount))
    }
    kernel.clear()
  }
}
