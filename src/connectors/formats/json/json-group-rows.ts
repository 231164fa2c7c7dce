import {isUtf8} from 'node:buffer'
import {type ObjectBatch, WasmJsonGroups} from '../../../columns/index.js'
import {
  type AggregatePlan,
  evaluatePredicate,
  type FieldPredicate,
  type OperatorContext,
  previewRecord,
  userFunctionError,
} from '../../../operators/index.js'
import {HeldGroups} from '../held-groups.js'
import {type JsonGrouping, jsonGroupPlan} from './json-group-plan.js'
import type {JsonShape} from './json-shape.js'

/** A filter that stands between the records and their aggregation. */
export interface JsonFilter {
  /** For messages. */
  readonly name: string
  readonly filter: (record: unknown) => unknown
  readonly predicate: FieldPredicate
}

/** Shapes that have a kernel each. */
const KERNELS_MAX = 4
/** A kernel that refuses many lines for one that it takes is not asked any more; decided after so many. */
const REFUSALS_MIN = 256
const REFUSALS_A_LINE = 4

interface ShapeKernel {
  readonly groups: WasmJsonGroups
  taken: number
  refused: number
}

/**
 * Filters and groups records of JSON lines and adds up their values as they are read. Lines of known shapes are read on bytes; others, and blocks that are not
 * UTF-8, as objects, for which the filter itself is called. A key may be in several parts: partial records are put together later.
 */
export class JsonGroupRows {
  /** Lines that the last `read` took. */
  taken = 0
  private readonly held: HeldGroups
  private readonly grouping: JsonGrouping
  private context!: OperatorContext
  private kernels: ShapeKernel[] = []
  /** The one that fitted last. */
  private current = 0
  /** The filter as it was read and the filter itself have said different things: it is called for all records. */
  private isDistrusted = false

  constructor(
    plan: AggregatePlan,
    private readonly filter: JsonFilter | undefined,
    fields: ReadonlySet<string> | undefined,
  ) {
    this.held = new HeldGroups(plan)
    this.grouping = {plan, predicate: filter?.predicate, fields}
  }

  open(context: OperatorContext): void {
    this.context = context
    this.held.open(context)
  }

  /** Whether lines are read on bytes here, perhaps: others have to be given one by one then. */
  get isReady(): boolean {
    return this.kernels.length > 0
  }

  /** The lines come in this shape, among others. */
  learn(shape: JsonShape): void {
    if (this.kernels.length === KERNELS_MAX || this.isDistrusted) return
    const plan = jsonGroupPlan(shape, this.grouping)
    const groups = plan === undefined ? undefined : WasmJsonGroups.create(plan)
    if (groups !== undefined) this.kernels.push({groups, taken: 0, refused: 0})
  }

  /** False: this block is for the way over objects. */
  startBlock(bytes: Uint8Array): boolean {
    if (this.kernels.length === 0 || !isUtf8(bytes)) return false
    for (const {groups} of this.kernels) groups.load(bytes)
    return true
  }

  /** Takes lines of the block from `from` on; answers where it stopped: at `end` or at a line that no kernel takes. */
  read(from: number, end: number): number {
    this.taken = 0
    let at = from
    for (let misses = 0; misses < this.kernels.length && at < end; ) {
      const reached = this.readWith(this.kernels[this.current], at, end)
      misses = reached > at ? 0 : misses + 1
      at = reached
      if (at < end) this.current = (this.current + 1) % this.kernels.length
    }
    this.held.count(this.taken)
    return at
  }

  /** Takes records that were read as objects. */
  add(rows: readonly unknown[]): void {
    for (const row of rows) if (this.accepts(row)) this.held.add(row as Readonly<Record<string, unknown>>)
    this.held.count(rows.length)
  }

  /** Books what was filtered out; partial records come only when a table is full, and at the end. */
  take(): ObjectBatch | undefined {
    let rejected = 0
    for (const {groups} of this.kernels) rejected += groups.takeRejected()
    if (rejected > 0) this.countFiltered(rejected)
    if (this.held.isFull) this.flush()
    if (this.kernels.some(isBarren)) this.dropBarren()
    return this.held.take()
  }

  takeLast(): ObjectBatch | undefined {
    this.take()
    this.flush()
    return this.take()
  }

  private readWith(kernel: ShapeKernel, from: number, end: number): number {
    const {groups} = kernel
    let at = from
    do {
      at = groups.read(at, end)
      this.taken += groups.rows
      kernel.taken += groups.rows
      if (groups.stop === 'full' && groups.groupCount === 0) return at
      if (groups.stop === 'full') this.held.takeFrom(groups)
    } while (groups.stop === 'full')
    if (at === from) kernel.refused += 1
    return at
  }

  private accepts(row: unknown): boolean {
    const {filter} = this
    if (filter === undefined) return true
    let isAccepted: boolean
    try {
      isAccepted = Boolean(filter.filter(row))
    } catch (error) {
      const context = {...this.context, displayName: filter.name}
      throw userFunctionError(context, `the record ${previewRecord(row)}`, error)
    }
    if (isAccepted !== evaluatePredicate(filter.predicate, row as Record<string, unknown>)) this.distrust()
    if (!isAccepted) this.countFiltered(1)
    return isAccepted
  }

  private countFiltered(count: number): void {
    this.held.count(-count)
    this.context.metrics.add('recordsFiltered', count)
  }

  private distrust(): void {
    this.isDistrusted = true
    this.drop(this.kernels)
  }

  private dropBarren(): void {
    this.drop(this.kernels.filter(isBarren))
  }

  private drop(dropped: readonly ShapeKernel[]): void {
    for (const {groups} of dropped) {
      this.countFiltered(groups.takeRejected())
      this.held.takeFrom(groups)
    }
    this.kernels = this.kernels.filter((kernel) => !dropped.includes(kernel))
    this.current = 0
  }

  private flush(): void {
    this.held.flush(this.kernels.map(({groups}) => groups))
  }
}

function isBarren({taken, refused}: ShapeKernel): boolean {
  return refused >= REFUSALS_MIN && refused > REFUSALS_A_LINE * taken
}
