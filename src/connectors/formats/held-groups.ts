import type {ObjectBatch, WasmCsvGroups} from '../../columns/index.js'
import {
  type AggregatePlan,
  LOCAL_GROUPS_MAX,
  LocalGroups,
  type OperatorContext,
  type PartialRecord,
  partialRecord,
  previewRecord,
  sumNames,
  userFunctionError,
} from '../../operators/index.js'

/** Groups that were added up on bytes, by whichever kernel. */
export type ByteGroups = Pick<WasmCsvGroups, 'take'>

/** What records that are grouped as they are read have become and is not given on yet: groups of objects, and partial records made of groups on bytes. */
export class HeldGroups {
  private readonly objects: LocalGroups
  private readonly names: readonly string[]
  private context!: OperatorContext
  /** Records since groups were last given on. */
  private records = 0
  private partials: PartialRecord[] = []

  constructor(private readonly plan: AggregatePlan) {
    this.objects = new LocalGroups(plan)
    this.names = sumNames(plan)
  }

  open(context: OperatorContext): void {
    this.context = context
  }

  /** So many records more are held; below zero: fewer. */
  count(records: number): void {
    this.records += records
  }

  /** Adds a record up as an object; counting it is the caller's. */
  add(row: Readonly<Record<string, unknown>>): void {
    try {
      this.objects.add(row)
    } catch (error) {
      throw userFunctionError(this.context, `the record ${previewRecord(row)}`, error)
    }
  }

  get isFull(): boolean {
    return this.objects.size >= LOCAL_GROUPS_MAX
  }

  /** Groups on bytes become partial records: so many records are no longer held. */
  takeFrom(groups: ByteGroups): void {
    const {partials, plan, names} = this
    const [field] = plan.keyFields
    const before = partials.length
    groups.take((key, records, sums) => {
      partials.push(partialRecord({[field]: key}, [records, ...sums], names))
    })
    this.records -= partials.length - before
  }

  /** All groups become partial records. */
  flush(groups: readonly ByteGroups[]): void {
    if (this.records === 0) return
    for (const one of groups) this.takeFrom(one)
    const partials = this.objects.take()
    this.context.metrics.add('recordsCombined', this.records - partials.length)
    this.records = 0
    this.partials.push(...partials)
  }

  take(): ObjectBatch | undefined {
    const values = this.partials
    this.partials = []
    return values.length === 0 ? undefined : {kind: 'objects', rowCount: values.length, values}
  }
}
