import type {KeyGroupRange} from '../../core/index.js'
import {VOID_NAMESPACE} from '../keys/namespace.js'
import type {Item} from './item.js'
import {plainNamespace} from './plain-namespace.js'
import type {RowFormat} from './row-format.js'
import type {SnapshotBuffers} from './snapshot-buffers.js'
import type {StreamIndex} from './snapshot-file.js'
import type {SnapshotSource} from './snapshot-source.js'
import {StreamWriter} from './stream-writer.js'

/** The streams of one state in a file, by key groups: those of keys alone, and those with namespaces. */
export class StateStreams {
  private readonly ofKeys: (StreamWriter | undefined)[] = []
  private readonly ofNamespaces: (StreamWriter | undefined)[] = []

  constructor(
    private readonly state: number,
    readonly source: SnapshotSource,
    readonly format: RowFormat,
    private readonly rows: StreamIndex['rows'],
  ) {}

  of(item: Item): readonly (StreamWriter | undefined)[] {
    return this.source.namespaceOf(item) === VOID_NAMESPACE ? this.ofKeys : this.ofNamespaces
  }

  open(item: Item, bucket: number, range: KeyGroupRange & {readonly buffers: SnapshotBuffers}): StreamWriter {
    const {source, state, rows, format} = this
    const hasNamespaces = source.namespaceOf(item) !== VOID_NAMESPACE
    const {columnCount} = format
    const stream = new StreamWriter({...range, state, rows, hasNamespaces, columnCount, stateName: source.meta.name})
    const streams = hasNamespaces ? this.ofNamespaces : this.ofKeys
    streams[bucket] = stream
    return stream
  }

  putKey(stream: StreamWriter, item: Item): void {
    const namespace = this.source.namespaceOf(item)
    stream.keys.push(item.key)
    if (namespace !== VOID_NAMESPACE) stream.namespaces.push(plainNamespace(namespace))
  }
}
