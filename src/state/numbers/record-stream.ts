import type {NumberColumnWriter, TextColumnWriter} from '../../types/index.js'
import type {SnapshotBuffers} from '../snapshots/snapshot-buffers.js'
import type {StreamIndex} from '../snapshots/snapshot-file.js'
import type {SnapshotStream} from '../snapshots/snapshot-stream.js'
import {HEAD, type KeyForm, NUMBER, NUMBER_KEY, type RecordChunk, TEXT_KEY, UTF16, VALUE} from './record-layout.js'

export interface RecordStreamOptions extends Omit<StreamIndex, 'blocks' | 'hasNamespaces'> {
  /** Of all keys. */
  readonly form: KeyForm
  readonly buffers: SnapshotBuffers
}

/** A stream of records whose keys are of one form: bytes are copied, the messages are those of any other stream. */
export class RecordStream implements SnapshotStream {
  private readonly texts: TextColumnWriter | undefined
  private readonly numbers: NumberColumnWriter | undefined
  private readonly values: NumberColumnWriter | undefined
  private readonly blocks: number[][] = []

  constructor(private readonly options: RecordStreamOptions) {
    const {form, rows, buffers} = options
    this.texts = form === NUMBER ? undefined : buffers.takeTexts(form === UTF16)
    this.numbers = form === NUMBER ? buffers.takeNumbers() : undefined
    this.values = rows === 'removed' ? undefined : buffers.takeNumbers()
  }

  put({ints, doubles, bytes}: RecordChunk, place: number): void {
    if (this.texts === undefined) this.numbers?.add(doubles[place + NUMBER_KEY])
    else this.texts.add(bytes, 8 * place + TEXT_KEY, ints[2 * place + HEAD] >>> 2)
    this.values?.add(doubles[place + VALUE])
  }

  get hasRows(): boolean {
    return this.rowCount > 0
  }

  get byteLength(): number {
    return (this.texts?.byteLength ?? 0) + (this.numbers?.byteLength ?? 0) + (this.values?.byteLength ?? 0)
  }

  takeOver(): void {}

  writeBlock(offset: number): void {
    const {rowCount} = this
    const {piece} = this.options.buffers
    const block = [offset + piece.byteLength, rowCount]
    for (const column of [this.texts ?? this.numbers, this.values]) {
      if (column === undefined) continue
      const message = column.take()
      piece.add(message)
      block.push(message.length)
    }
    this.blocks.push(block)
  }

  index(): StreamIndex {
    const {state, keyGroupStart, keyGroupEndInclusive, rows} = this.options
    return {state, keyGroupStart, keyGroupEndInclusive, rows, hasNamespaces: false, blocks: this.blocks}
  }

  release(): void {
    const {buffers} = this.options
    if (this.texts !== undefined) buffers.giveTexts(this.texts)
    for (const column of [this.numbers, this.values]) if (column !== undefined) buffers.giveNumbers(column)
  }

  private get rowCount(): number {
    return (this.texts ?? this.numbers)?.rowCount ?? 0
  }
}
