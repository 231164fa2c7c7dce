import type {AggregatePlan} from './aggregate-plan.js'
import {addRecord, newSums, type Sums} from './partial.js'
import {type PartialRecord, partialRecord, sumNames} from './partial-record.js'
import {isPlainKey} from './plain-key.js'

interface Group {
  readonly keys: PartialRecord
  readonly sums: Sums
}

/**
 * Groups records by their key fields and adds up their values, in a Map. A record whose key is neither text, number, boolean nor null is a group
 * of its own: who has the last word about its key decides.
 */
export class LocalGroups {
  private readonly groups = new Map<unknown, Group>()
  private readonly names: readonly string[]

  constructor(private readonly plan: AggregatePlan) {
    this.names = sumNames(plan)
  }

  get size(): number {
    return this.groups.size
  }

  /** Errors: TypeError for a value that is no number. */
  add(record: Readonly<Record<string, unknown>>): void {
    const {plan, groups} = this
    const key = this.keyOf(record)
    let group = groups.get(key)
    if (group === undefined) {
      group = {keys: keysOf(record, plan.keyFields), sums: newSums(plan)}
      groups.set(key, group)
    }
    addRecord(group.sums, record, plan.valueFields)
  }

  /** The groups as partial records; they are forgotten. */
  take(): PartialRecord[] {
    const records = [...this.groups.values()].map(({keys, sums}) => partialRecord(keys, sums, this.names))
    this.groups.clear()
    return records
  }

  private keyOf(record: Readonly<Record<string, unknown>>): unknown {
    const {keyFields} = this.plan
    if (keyFields.length > 1) return compoundKey(record, keyFields)
    const value = record[keyFields[0]]
    return isPlainKey(value) ? value : Symbol()
  }
}

/** Equal only for equal keys. */
function compoundKey(record: Readonly<Record<string, unknown>>, fields: readonly string[]): unknown {
  let text = ''
  for (const field of fields) {
    const value = record[field]
    if (!isPlainKey(value)) return Symbol()
    const part = String(value)
    text += `${typeof value} ${part.length}:${part}`
  }
  return text
}

function keysOf(record: Readonly<Record<string, unknown>>, fields: readonly string[]): PartialRecord {
  return Object.fromEntries(fields.map((field) => [field, record[field]]))
}
