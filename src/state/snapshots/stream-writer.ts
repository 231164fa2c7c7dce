import type {BatchSerializer} from '../../types/index.js'
import type {SnapshotBuffers} from './snapshot-buffers.js'
import type {StreamIndex} from './snapshot-file.js'
import type {SnapshotStream} from './snapshot-stream.js'

export interface StreamWriterOptions extends Omit<StreamIndex, 'blocks'> {
  readonly columnCount: number
  /** For messages. */
  readonly stateName: string
  readonly buffers: SnapshotBuffers
}

/** A stream of rows that are JavaScript's: keys and values of any kind. */
export class StreamWriter implements SnapshotStream {
  /** Rows that are not taken over yet: keys, namespaces where there are any, then the columns of the state. */
  readonly keys: unknown[] = []
  readonly namespaces: unknown[] = []
  readonly columns: unknown[][]
  private readonly blocks: number[][] = []
  private readonly gathered: readonly {readonly values: unknown[]; readonly serializer: BatchSerializer}[]
  private rowCount = 0

  constructor(private readonly options: StreamWriterOptions) {
    this.columns = Array.from({length: options.columnCount}, () => [])
    const all = options.hasNamespaces ? [this.keys, this.namespaces, ...this.columns] : [this.keys, ...this.columns]
    const channelName = `state "${options.stateName}"`
    this.gathered = all.map((values) => ({values, serializer: options.buffers.take(channelName)}))
  }

  get hasRows(): boolean {
    return this.rowCount > 0
  }

  get byteLength(): number {
    let byteLength = 0
    for (const {serializer} of this.gathered) byteLength += serializer.byteLength
    return byteLength
  }

  takeOver(): void {
    if (this.keys.length === 0) return
    this.rowCount += this.keys.length
    for (const {values, serializer} of this.gathered) {
      if (values.length === 0) continue
      serializer.append({kind: 'objects', rowCount: values.length, values}, undefined, values.length)
      values.length = 0
    }
  }

  writeBlock(offset: number): void {
    const {piece} = this.options.buffers
    const at = offset + piece.byteLength
    const lengths = this.gathered.map(({serializer}) => {
      const message = serializer.take()
      piece.add(message)
      return message.length
    })
    this.blocks.push([at, this.rowCount, ...lengths])
    this.rowCount = 0
  }

  release(): void {
    for (const {serializer} of this.gathered) this.options.buffers.give(serializer)
  }

  index(): StreamIndex {
    const {state, keyGroupStart, keyGroupEndInclusive, rows, hasNamespaces} = this.options
    return {state, keyGroupStart, keyGroupEndInclusive, rows, hasNamespaces, blocks: this.blocks}
  }
}
