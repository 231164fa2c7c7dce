import type {NumberColumnWriter, TextColumnWriter} from '../../types/index.js'
import type {SnapshotBuffers} from './snapshot-buffers.js'
import type {StreamIndex} from './snapshot-file.js'
import type {SnapshotStream} from './snapshot-stream.js'

export type PlainKeys = 'numbers' | 'latin1' | 'utf16'

export interface PlainStreamOptions extends Omit<StreamIndex, 'blocks' | 'hasNamespaces' | 'rows'> {
  readonly keys: PlainKeys
  readonly buffers: SnapshotBuffers
}

/** A stream of plain rows (see PlainRows) with keys of one kind; the messages are those of any other stream. */
export class PlainStream implements SnapshotStream {
  readonly texts: TextColumnWriter | undefined
  readonly numbers: NumberColumnWriter | undefined
  private readonly namespaces: NumberColumnWriter
  private readonly values: NumberColumnWriter
  private readonly blocks: number[][] = []

  constructor(private readonly options: PlainStreamOptions) {
    const {keys, buffers} = options
    this.texts = keys === 'numbers' ? undefined : buffers.takeTexts(keys === 'utf16')
    this.numbers = keys === 'numbers' ? buffers.takeNumbers() : undefined
    this.namespaces = buffers.takeNumbers()
    this.values = buffers.takeNumbers()
  }

  /** What belongs to the key that was added last. */
  put(namespace: number, value: number): void {
    this.namespaces.add(namespace)
    this.values.add(value)
  }

  get hasRows(): boolean {
    return this.values.rowCount > 0
  }

  get byteLength(): number {
    return this.columns.reduce((sum, {byteLength}) => sum + byteLength, 0)
  }

  takeOver(): void {}

  writeBlock(offset: number): void {
    const {piece} = this.options.buffers
    const block = [offset + piece.byteLength, this.values.rowCount]
    for (const column of this.columns) {
      const message = column.take()
      piece.add(message)
      block.push(message.length)
    }
    this.blocks.push(block)
  }

  index(): StreamIndex {
    const {state, keyGroupStart, keyGroupEndInclusive} = this.options
    return {state, keyGroupStart, keyGroupEndInclusive, rows: 'present', hasNamespaces: true, blocks: this.blocks}
  }

  release(): void {
    const {buffers} = this.options
    if (this.texts !== undefined) buffers.giveTexts(this.texts)
    for (const column of [this.numbers, this.namespaces, this.values])
      if (column !== undefined) buffers.giveNumbers(column)
  }

  private get columns() {
    return [this.texts ?? this.numbers, this.namespaces, this.values].filter((column) => column !== undefined)
  }
}
