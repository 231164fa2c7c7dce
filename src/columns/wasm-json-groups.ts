import {JSON_GROUPS_WASM} from './generated/json-groups-wasm.js'
import {instantiateKernel} from './instantiate-kernel.js'
import {type GroupKernel, KernelGroups} from './kernel-groups.js'

/** A key of the lines: what stands before its value, and where its numbers are added up, if they are. */
export interface JsonGroupKey {
  readonly before: Uint8Array
  readonly slot?: number
}

/** A comparison of a value with a constant. `isStrict`: values of another type are not plain, since only JavaScript knows what they are like. */
export interface JsonGroupTerm {
  /** Index of the key. */
  readonly key: number
  readonly comparison: 'is' | '<' | '<=' | '>' | '>='
  readonly constant: string | number | boolean | null
  readonly isStrict: boolean
}

/** Which lines are read, which are taken, and what is added up. */
export interface JsonGroupPlan {
  readonly keys: readonly JsonGroupKey[]
  /** What stands behind the last value. */
  readonly after: Uint8Array
  /** Index of the key by which records are grouped. */
  readonly groupKey: number
  readonly slotCount: number
  readonly terms: readonly JsonGroupTerm[]
  /** Bit i: whether a record is taken for which those terms hold whose bits are set in i. */
  readonly accepted: number
}

interface Exports extends GroupKernel {
  planAt(): number
  termsAt(): number
  textsAt(): number
  begin(keys: number, groupKey: number, slots: number, terms: number, accepted: number): number
  takeRejected(): number
}

const NO_SLOT = 0xffffffff
/** As in assembly/json-groups.ts. */
const KEYS_MAX = 64
const TERMS_MAX = 5
const SLOTS_MAX = 8
const TEXT_BYTES = 0x8000
const LANES = 16
const IS_TEXT = 0
const IS_NULL = 8
const ORDERS = {is: 1, '<': 2, '<=': 3, '>': 4, '>=': 5} as const

/**
 * Filters JSON lines of one shape, groups them by a text and adds up numbers of theirs, on bytes: no record is made. A line is plain if it has the shape's keys
 * in its order and spacing, its values are texts (without escapes where they are compared or grouped by), numbers of up to 15 digits without an exponent, true, false or null, the group's key is a text, and
 * what is added up a number or null. Its other values are checked as JSON.
 *
 *   load(bytes) ─▶ read(from, end)* ─▶ … ─▶ take(group => …)
 *
 * Shape    up to 64 keys, 5 terms; 3 MB of memory with one slot.
 */
export class WasmJsonGroups extends KernelGroups<Exports> {
  private constructor(kernel: Exports, slotCount: number) {
    super(kernel, slotCount)
  }

  /** Undefined where this cannot be done: no WebAssembly with SIMD, no memory, too many keys or terms. */
  static create(plan: JsonGroupPlan): WasmJsonGroups | undefined {
    const {keys, groupKey, slotCount, terms, accepted} = plan
    if (keys.length > KEYS_MAX || terms.length > TERMS_MAX || slotCount > SLOTS_MAX) return undefined
    const kernel = instantiateKernel<Exports>(JSON_GROUPS_WASM)
    if (kernel === undefined || !writePlan(kernel, plan)) return undefined
    return kernel.begin(keys.length, groupKey, slotCount, terms.length, accepted) === 0
      ? undefined
      : new WasmJsonGroups(kernel, slotCount)
  }

  /** Records filtered out since the last call. */
  takeRejected(): number {
    return this.kernel.takeRejected()
  }
}

function writePlan(kernel: Exports, {keys, after, terms}: JsonGroupPlan): boolean {
  const texts = new Texts(kernel)
  const view = new DataView(kernel.memory.buffer)
  for (const [index, {before, slot}] of [...keys, {before: after, slot: undefined}].entries())
    put(view, kernel.planAt() + 32 * index, [texts.add(before), before.length, slot ?? NO_SLOT, 0])
  for (const [index, {key, comparison, constant, isStrict}] of terms.entries()) {
    const at = kernel.termsAt() + 32 * index
    const text = Buffer.from(typeof constant === 'string' ? constant : '')
    put(view, at, [key, codeOf(comparison, constant), texts.add(text), text.length])
    view.setFloat64(at + 16, typeof constant === 'number' ? constant : 0, true)
    put(view, at + 24, [isStrict ? 1 : 0])
  }
  return texts.fit
}

function put(view: DataView, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) view.setUint32(at + 4 * index, value, true)
}

function codeOf(comparison: JsonGroupTerm['comparison'], constant: JsonGroupTerm['constant']): number {
  if (typeof constant === 'string') return IS_TEXT
  if (typeof constant === 'number') return ORDERS[comparison]
  return constant === null ? IS_NULL : constant ? 6 : 7
}

/** Texts as the kernel compares them: 16 bytes and a mask of those that count, again and again. */
class Texts {
  private at: number
  private readonly end: number

  constructor(private readonly kernel: Exports) {
    this.at = kernel.textsAt()
    this.end = this.at + TEXT_BYTES
  }

  /** False: there were too many. */
  get fit(): boolean {
    return this.at <= this.end
  }

  /** Its address. */
  add(text: Uint8Array): number {
    const address = this.at
    this.at += 2 * LANES * Math.ceil(text.length / LANES)
    if (!this.fit) return address
    const bytes = new Uint8Array(this.kernel.memory.buffer)
    for (let i = 0; i < text.length; i++) {
      const to = address + 2 * LANES * Math.floor(i / LANES) + (i % LANES)
      bytes[to] = text[i]
      bytes[to + LANES] = 0xff
    }
    return address
  }
}
