import {CSV_JSON_WASM} from './generated/csv-json-wasm.js'
import {instantiateKernel} from './instantiate-kernel.js'
import {KernelRecords, type RecordKernel} from './kernel-records.js'

/** What a column of CSV becomes; `name` is its key in JSON. */
export interface CsvJsonColumn {
  readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'skipped'
  readonly name: string
}

/** Which CSV becomes JSON lines. Each a byte; `quote` -1: none. */
export interface CsvJsonPlan {
  readonly columns: readonly CsvJsonColumn[]
  readonly delimiter: number
  readonly quote: number
}

interface Exports extends RecordKernel {
  planAt(): number
  textsAt(): number
  outAt(): number
  outBytes(): number
  clear(): void
  begin(columns: number, delimiter: number, quote: number): number
}

const KINDS = {text: 0, integer: 1, number: 2, boolean: 3, skipped: 4} as const
/** As in assembly/csv-records.ts and assembly/csv-json.ts. */
const COLUMNS_MAX = 192
const TEXT_BYTES = 0x10000
const SLACK_BYTES = 16

/**
 * Plain records of CSV to JSON lines, on bytes: byte for byte what JSON.stringify writes of the records. A record is plain if its fields are as many as
 * the columns, without line ends, control characters or blanks around quotes, and its numbers are decimals of up to 15 digits as JavaScript writes them.
 *
 *   load(bytes) ─▶ read(from, end)* ─▶ lines() ─▶ …           'full': there is no room before `lines` was called
 *
 * Shape    up to 192 columns, 64 KiB of names; 1.5 MB of memory.
 */
export class WasmCsvJson extends KernelRecords<Exports> {
  private constructor(kernel: Exports) {
    super(kernel)
  }

  /** Undefined where this cannot be done: no WebAssembly with SIMD, no memory, too many columns or too long names. */
  static create({columns, delimiter, quote}: CsvJsonPlan): WasmCsvJson | undefined {
    if (columns.length > COLUMNS_MAX) return undefined
    const kernel = instantiateKernel<Exports>(CSV_JSON_WASM)
    if (kernel === undefined) return undefined
    const texts = textsOf(columns)
    const byteCount = texts.reduce((sum, text) => sum + text.length + SLACK_BYTES, 0)
    if (byteCount > TEXT_BYTES) return undefined
    writePlan(kernel, columns, texts)
    return kernel.begin(columns.length, delimiter, quote) === 0 ? undefined : new WasmCsvJson(kernel)
  }

  /** The lines written since the last call. Borrowed: until the next call of `read`. */
  lines(): Uint8Array {
    const {kernel} = this
    const lines = new Uint8Array(kernel.memory.buffer, kernel.outAt(), kernel.outBytes())
    kernel.clear()
    return lines
  }
}

/** What stands before each value. */
function textsOf(columns: readonly CsvJsonColumn[]): readonly Buffer[] {
  const first = columns.findIndex(({kind}) => kind !== 'skipped')
  return columns.map(({kind, name}, index) =>
    Buffer.from(kind === 'skipped' ? '' : `${index === first ? '{' : ','}${JSON.stringify(name)}:`),
  )
}

function writePlan(kernel: Exports, columns: readonly CsvJsonColumn[], texts: readonly Buffer[]): void {
  const bytes = new Uint8Array(kernel.memory.buffer)
  const plan = new Uint32Array(kernel.memory.buffer, kernel.planAt(), 4 * columns.length)
  let at = kernel.textsAt()
  for (const [index, text] of texts.entries()) {
    plan.set([KINDS[columns[index].kind], text.length, at, 0], 4 * index)
    bytes.set(text, at)
    at += text.length + SLACK_BYTES
  }
}
