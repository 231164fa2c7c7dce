import type {Batch} from '../columns/index.js'
import type {ControlElement} from '../core/index.js'
import type {Output} from '../operators/index.js'
import type {ResultPartition} from '../shuffle/index.js'
import type {ChainNode} from './chain-node.js'

/** Hands batches to the next operator of the chain by plain call. */
export class ChainedOutput implements Output {
  constructor(
    private readonly next: ChainNode,
    private readonly inputIndex: number,
  ) {}

  emit(batch: Batch): void {
    this.next.process(batch, this.inputIndex, 0)
  }

  emitControl(element: ControlElement): void {
    this.next.processControl(element, this.inputIndex, 0)
  }

  hasRoom(): boolean {
    return this.next.hasRoom()
  }

  reserveBytes(minBytes: number): Uint8Array | undefined {
    return this.next.operator.reserveBytes?.(minBytes)
  }
}

/** Hands batches to a result partition, which copies them. */
export class PartitionOutput implements Output {
  constructor(private readonly partition: ResultPartition) {}

  emit(batch: Batch): void {
    this.partition.emit(batch)
  }

  emitControl(element: ControlElement): void {
    this.partition.broadcast(element)
  }

  hasRoom(): boolean {
    return this.partition.hasRoom()
  }

  reserveBytes(): undefined {
    return undefined
  }
}

/** An operator with several consumers: each gets every batch. */
export class FanOutOutput implements Output {
  constructor(private readonly outputs: readonly Output[]) {}

  emit(batch: Batch): void {
    for (const output of this.outputs) output.emit(batch)
  }

  emitControl(element: ControlElement): void {
    for (const output of this.outputs) output.emitControl(element)
  }

  hasRoom(): boolean {
    return this.outputs.every((output) => output.hasRoom())
  }

  reserveBytes(): undefined {
    return undefined
  }
}

/** The end of a chain that ends in a sink: nothing comes out of a sink. */
export const NO_OUTPUT: Output = {
  emit: () => {},
  emitControl: () => {},
  hasRoom: () => true,
  reserveBytes: () => undefined,
}
