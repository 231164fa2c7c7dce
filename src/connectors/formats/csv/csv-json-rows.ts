import {isUtf8} from 'node:buffer'
import {type BytesBatch, KERNEL_TEXT_BYTES, WasmCsvJson} from '../../../columns/index.js'
import {JsonLinesEncoder} from '../write/json-lines-encoder.js'
import type {DecodeUtf8} from './compile-csv-rows.js'
import {compileCsvToJson, type JsonTarget, type PlainRowTranscoder, worstJsonBytes} from './compile-csv-to-json.js'
import type {CsvColumn} from './csv-columns.js'
import {csvJsonPlan} from './csv-json-plan.js'
import {CsvObjectRows} from './csv-object-rows.js'
import type {CsvRowTarget} from './csv-row-target.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/**
 * Records as JSON lines, byte for byte what JSON.stringify makes of the objects. Plain records go from bytes to bytes, in the kernel or, where there are
 * columns that it does not know, by generated code; blocks that are not UTF-8, and options that neither knows, take the way over objects.
 */
export class CsvJsonRows implements CsvRowTarget {
  readonly wantedBlockBytes = KERNEL_TEXT_BYTES
  private readonly objects = new CsvObjectRows()
  private readonly encoder = new JsonLinesEncoder()
  private readonly out: JsonTarget = {bytes: Buffer.alloc(0), at: 0, rowCount: 0}
  private columns: readonly CsvColumn[] = []
  private kernel: WasmCsvJson | undefined
  private transcoder: PlainRowTranscoder | undefined
  private isDirect = false

  get rowCount(): number {
    return this.out.rowCount + this.objects.rowCount
  }

  setColumns(columns: readonly CsvColumn[], options: ResolvedCsvOptions, decodeUtf8: DecodeUtf8): void {
    this.drainKernel()
    this.columns = columns
    const plan = csvJsonPlan(columns, options)
    this.kernel = plan === undefined ? undefined : WasmCsvJson.create(plan)
    this.transcoder = this.kernel === undefined ? compileCsvToJson(columns, options) : undefined
    this.objects.setColumns(columns, options, decodeUtf8)
  }

  startBlock(bytes: Buffer, plainEnd: number): void {
    this.isDirect = (this.kernel ?? this.transcoder) !== undefined && isUtf8(bytes)
    if (!this.isDirect) this.objects.startBlock(bytes, plainEnd)
    else this.kernel?.load(bytes)
  }

  readPlain(bytes: Buffer, from: number, end: number): number {
    if (!this.isDirect) return this.objects.readPlain(bytes, from, end)
    if (this.kernel !== undefined) return this.readOnKernel(this.kernel, from, end)
    this.reserve(worstJsonBytes(this.columns, end - from))
    return this.transcoder!(bytes, from, end, this.out)
  }

  add(row: Record<string, unknown>): void {
    if (this.isDirect) this.write(this.encoder.encode([row], 0, 1), 1)
    else this.objects.add(row)
  }

  take(): BytesBatch | undefined {
    const {out, objects, kernel} = this
    const lines = out.at === 0 && objects.rowCount === 0 ? kernel?.lines() : undefined
    if (lines !== undefined && lines.length > 0) return this.batchOf(lines)
    const rest = objects.take()
    if (rest !== undefined) this.write(this.encoder.encode(rest.values, 0, rest.rowCount), rest.rowCount)
    this.drainKernel()
    const {at, rowCount} = out
    out.at = 0
    return rowCount === 0 ? undefined : this.batchOf(out.bytes.subarray(0, at))
  }

  private batchOf(bytes: Uint8Array): BytesBatch {
    const {rowCount} = this.out
    this.out.rowCount = 0
    return {kind: 'bytes', bytes, rowCount}
  }

  private readOnKernel(kernel: WasmCsvJson, from: number, end: number): number {
    let at = from
    do {
      at = kernel.read(at, end)
      this.out.rowCount += kernel.rows
      if (kernel.stop === 'full') this.drainKernel()
    } while (kernel.stop === 'full')
    return at
  }

  /** What the kernel has written goes before what is written otherwise. */
  private drainKernel(): void {
    const lines = this.kernel?.lines()
    if (lines === undefined || lines.length === 0) return
    this.reserve(lines.length)
    this.out.bytes.set(lines, this.out.at)
    this.out.at += lines.length
  }

  private write(text: string, rowCount: number): void {
    this.drainKernel()
    this.reserve(text.length * 3)
    this.out.at += this.out.bytes.write(text, this.out.at, 'utf8')
    this.out.rowCount += rowCount
  }

  private reserve(byteCount: number): void {
    const {out} = this
    const needed = out.at + byteCount
    if (needed <= out.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.ceil(needed * 1.25))
    out.bytes.copy(grown, 0, 0, out.at)
    out.bytes = grown
  }
}
