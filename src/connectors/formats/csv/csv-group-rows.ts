import {isUtf8} from 'node:buffer'
import {KERNEL_TEXT_BYTES, type ObjectBatch, WasmCsvGroups} from '../../../columns/index.js'
import type {AggregatePlan, OperatorContext} from '../../../operators/index.js'
import {HeldGroups} from '../held-groups.js'
import type {DecodeUtf8} from './compile-csv-rows.js'
import type {CsvColumn} from './csv-columns.js'
import {csvGroupPlan} from './csv-group-plan.js'
import {CsvObjectRows} from './csv-object-rows.js'
import type {CsvRowTarget} from './csv-row-target.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/**
 * Groups records and adds up their values as they are read. Plain records are added up on bytes; others, blocks that are not UTF-8, and what
 * the kernel cannot do, as objects. A key may be in both parts: partial records are put together later.
 */
export class CsvGroupRows implements CsvRowTarget {
  rowCount = 0
  readonly wantedBlockBytes = KERNEL_TEXT_BYTES
  private readonly objects = new CsvObjectRows()
  private readonly held: HeldGroups
  private kernel: WasmCsvGroups | undefined
  private isOnBytes = false

  constructor(private readonly plan: AggregatePlan) {
    this.held = new HeldGroups(plan)
  }

  open(context: OperatorContext): void {
    this.held.open(context)
  }

  setColumns(columns: readonly CsvColumn[], options: ResolvedCsvOptions, decodeUtf8: DecodeUtf8): void {
    this.flush()
    const kernelPlan = csvGroupPlan(columns, options, this.plan)
    this.kernel = kernelPlan === undefined ? undefined : WasmCsvGroups.create(kernelPlan)
    this.objects.setColumns(columns, options, decodeUtf8)
  }

  startBlock(bytes: Buffer, plainEnd: number): void {
    this.isOnBytes = this.kernel !== undefined && isUtf8(bytes)
    if (this.isOnBytes) this.kernel!.load(bytes)
    else this.objects.startBlock(bytes, plainEnd)
  }

  readPlain(bytes: Buffer, from: number, end: number): number {
    return this.isOnBytes ? this.readOnBytes(this.kernel!, from, end) : this.readObjects(bytes, from, end)
  }

  add(row: Record<string, unknown>): void {
    this.held.add(row)
    this.rowCount += 1
    this.held.count(1)
  }

  /** Partial records come only when a table is full, and at the end. */
  take(): ObjectBatch | undefined {
    this.rowCount = 0
    if (this.held.isFull) this.flush()
    return this.held.take()
  }

  takeLast(): ObjectBatch | undefined {
    this.flush()
    return this.take()
  }

  private readOnBytes(kernel: WasmCsvGroups, from: number, end: number): number {
    let at = from
    do {
      at = kernel.read(at, end)
      this.rowCount += kernel.rows
      this.held.count(kernel.rows)
      if (kernel.stop === 'full' && kernel.groupCount === 0) return at
      if (kernel.stop === 'full') this.flush()
    } while (kernel.stop === 'full')
    return at
  }

  private readObjects(bytes: Buffer, from: number, end: number): number {
    const at = this.objects.readPlain(bytes, from, end)
    const batch = this.objects.take()
    if (batch !== undefined) for (const row of batch.values) this.add(row as Record<string, unknown>)
    return at
  }

  private flush(): void {
    this.held.flush(this.kernel === undefined ? [] : [this.kernel])
  }
}
