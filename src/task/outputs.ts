import type {Batch} from '../columns/index.js'
import type {ControlElement} from '../core/index.js'
import type {TaskMetrics} from '../metrics/index.js'
import type {Output} from '../operators/index.js'
import type {ResultPartition} from '../shuffle/index.js'
import type {ChainNode} from './chain-node.js'

/** Where an operator's results go, as its task sees it. */
export interface TaskOutput extends Output {
  /** Nobody who gets the results wants more of them. */
  hasEnough(): boolean
}

/** An output without readers of side outputs: their rows count as filtered, so that the ledger balances. */
class MainOutput {
  constructor(protected readonly metrics: TaskMetrics) {}

  emitSide(_outputTag: string, batch: Batch): void {
    this.metrics.add('recordsFiltered', batch.rowCount)
  }
}

/** Hands batches to the next operator of the chain by plain call. */
export class ChainedOutput extends MainOutput implements TaskOutput {
  constructor(
    private readonly next: ChainNode,
    private readonly inputIndex: number,
    metrics: TaskMetrics,
  ) {
    super(metrics)
  }

  emit(batch: Batch): void {
    this.next.process(batch, this.inputIndex, 0)
  }

  emitControl(element: ControlElement): void {
    this.next.processControl(element, this.inputIndex, 0)
  }

  hasRoom(): boolean {
    return this.next.hasRoom()
  }

  hasEnough(): boolean {
    return this.next.hasEnough()
  }

  reserveBytes(minBytes: number): Uint8Array | undefined {
    return this.next.operator.reserveBytes?.(minBytes)
  }

  get wantedBlockBytes(): number | undefined {
    return this.next.operator.wantedBlockBytes
  }
}

/** Hands batches to a result partition, which copies them. */
export class PartitionOutput extends MainOutput implements TaskOutput {
  constructor(
    private readonly partition: ResultPartition,
    metrics: TaskMetrics,
  ) {
    super(metrics)
  }

  emit(batch: Batch): void {
    this.partition.emit(batch)
  }

  emitControl(element: ControlElement): void {
    this.partition.broadcast(element)
  }

  hasRoom(): boolean {
    return this.partition.hasRoom()
  }

  hasEnough(): boolean {
    return this.partition.isUnwanted()
  }

  reserveBytes(): undefined {
    return undefined
  }
}

/** An operator with several consumers: each gets every batch. A row counts as expanded for every consumer after the first. */
export class FanOutOutput extends MainOutput implements TaskOutput {
  constructor(
    private readonly outputs: readonly TaskOutput[],
    metrics: TaskMetrics,
  ) {
    super(metrics)
  }

  emit(batch: Batch): void {
    this.metrics.add('recordsExpanded', batch.rowCount * (this.outputs.length - 1))
    for (const output of this.outputs) output.emit(batch)
  }

  emitControl(element: ControlElement): void {
    for (const output of this.outputs) output.emitControl(element)
  }

  hasRoom(): boolean {
    return this.outputs.every((output) => output.hasRoom())
  }

  hasEnough(): boolean {
    return this.outputs.every((output) => output.hasEnough())
  }

  reserveBytes(): undefined {
    return undefined
  }
}

/** An operator with side outputs: rows go to the main output or to one by tag, control elements to all. */
export class TaggedOutput extends MainOutput implements TaskOutput {
  private readonly all: readonly TaskOutput[]

  constructor(
    private readonly main: TaskOutput,
    private readonly sides: ReadonlyMap<string, TaskOutput>,
    metrics: TaskMetrics,
  ) {
    super(metrics)
    this.all = [main, ...sides.values()]
  }

  emit(batch: Batch): void {
    this.main.emit(batch)
  }

  emitControl(element: ControlElement): void {
    for (const output of this.all) output.emitControl(element)
  }

  hasRoom(): boolean {
    return this.all.every((output) => output.hasRoom())
  }

  hasEnough(): boolean {
    return this.all.every((output) => output.hasEnough())
  }

  reserveBytes(minBytes: number): Uint8Array | undefined {
    return this.main.reserveBytes(minBytes)
  }

  get wantedBlockBytes(): number | undefined {
    return this.main.wantedBlockBytes
  }

  override emitSide(outputTag: string, batch: Batch): void {
    const side = this.sides.get(outputTag)
    if (side === undefined) super.emitSide(outputTag, batch)
    else side.emit(batch)
  }
}

/** What nobody reads: the output of a sink, which emits nothing, or of an operator without a consumer. Rows count as filtered. */
export class NoOutput extends MainOutput implements TaskOutput {
  emit(batch: Batch): void {
    this.metrics.add('recordsFiltered', batch.rowCount)
  }

  emitControl(): void {}

  hasRoom(): boolean {
    return true
  }

  /** A sink always wants more. */
  hasEnough(): boolean {
    return false
  }

  reserveBytes(): undefined {
    return undefined
  }
}
