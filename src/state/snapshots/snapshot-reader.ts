import {FtsError, type KeyedStateHandle, type StateFileHandle} from '../../core/index.js'
import {type BatchDeserializer, createBatchDeserializer, PlainColumnReader} from '../../types/index.js'
import type {CurrentKey, KnownKey} from '../keys/current-key.js'
import {toMapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {type RowFormat, removalFormatOf, rowFormatOf} from './row-format.js'
import {damaged, type FileIndex, KEYED_STATE_FORMAT, readFileIndex, type StreamIndex} from './snapshot-file.js'
import type {SnapshotSource} from './snapshot-source.js'
import type {StateMeta} from './state-meta.js'

export interface RestoreOptions {
  readonly handles: readonly KeyedStateHandle[]
  /** The bytes of a file, checked. */
  readonly readFile: (file: StateFileHandle) => Uint8Array
  /** Makes a namespace of its fields; default: the fields are the namespace. */
  readonly restoreNamespace?: ((fields: unknown) => Namespace) | undefined
}

/** Where what is read goes. */
export type RestoreTarget = Pick<
  SnapshotSource,
  'meta' | 'reading' | 'expectRows' | 'restore' | 'restoreNumbers' | 'restoreRemoval'
>

/** Puts what snapshots hold of a range of key groups into the states that `sourceOf` gives. */
export class SnapshotReader {
  private lastFields: {readonly start?: unknown; readonly end?: unknown} | undefined = undefined
  private lastNamespace: Namespace = VOID_NAMESPACE
  /** By state, of the handle in hand; see FileIndex. */
  private left: ReadonlyMap<string, ReadonlySet<unknown>> = new Map()

  constructor(
    private readonly key: CurrentKey,
    private readonly options: RestoreOptions,
    private readonly sourceOf: (meta: StateMeta) => RestoreTarget,
  ) {}

  /** What else the operators had put down that wrote the snapshots: one for each that has something for this range. */
  read(): readonly unknown[] {
    return this.options.handles.filter((handle) => this.overlaps(handle)).map((handle) => this.readHandle(handle))
  }

  private readHandle({format, files}: KeyedStateHandle): unknown {
    if (format !== KEYED_STATE_FORMAT) throw otherFormat(this.key.operatorName, format)
    const last = files.at(-1)
    if (last === undefined) return undefined
    // It says what is left in the end: rows of namespaces that have gone by then are passed over.
    const lastFile = this.openFile(last)
    this.left = leftIn(lastFile.index)
    for (const file of files.slice(0, -1)) this.readFile(this.openFile(file))
    return this.readFile(lastFile)
  }

  private openFile(file: StateFileHandle): OpenFile {
    const bytes = this.options.readFile(file)
    const index = readFileIndex(file.path, bytes)
    this.checkMaxParallelism(file, index)
    return {path: file.path, bytes, index}
  }

  private readFile({path, bytes, index}: OpenFile): unknown {
    const sources = index.states.map((meta) => this.sourceOf(meta))
    for (const source of sources) source.reading?.(index.content)
    sources.forEach((source, state) => void source.expectRows?.(this.rowsOf(index, state)))
    for (const rows of ['removed', 'present'] as const)
      for (const stream of index.streams)
        if (stream.rows === rows && this.overlaps(stream)) this.readStream(path, bytes, stream, sources[stream.state])
    return index.extra
  }

  /** Rows of a state in streams that are read. */
  private rowsOf({streams}: FileIndex, state: number): number {
    let rows = 0
    for (const stream of streams)
      if (stream.state === state && stream.rows === 'present' && this.overlaps(stream))
        for (const [, rowCount] of stream.blocks) rows += rowCount
    return rows
  }

  private readStream(path: string, bytes: Uint8Array, stream: StreamIndex, source: RestoreTarget): void {
    if (isOfNumbers(stream, source) && readNumbers(bytes, stream, source)) return
    const format = stream.rows === 'removed' ? removalFormatOf(source.meta) : rowFormatOf(source.meta)
    const columnCount = 1 + (stream.hasNamespaces ? 1 : 0) + format.columnCount
    const readers = Array.from({length: columnCount}, createBatchDeserializer)
    const left = stream.hasNamespaces ? this.left.get(source.meta.name) : undefined
    const rows = new StreamRows(this.key, source, stream, format, left, (fields) => this.namespaceOf(fields))
    for (const [offset, rowCount, ...lengths] of stream.blocks) {
      const columns = readColumns(bytes, offset, lengths, readers)
      if (lengths.length !== columnCount || columns[0].length !== rowCount)
        throw damaged(path, `a block of state "${source.meta.name}" is not what the index says`)
      rows.apply(columns)
    }
    rows.finish()
  }

  /** Windows come one after the other: those that follow each other share one object. */
  private namespaceOf(fields: unknown): Namespace {
    const {restoreNamespace} = this.options
    if (typeof fields !== 'object' || fields === null) return restoreNamespace?.(fields) ?? (fields as Namespace)
    const {start, end} = fields as {readonly start?: unknown; readonly end?: unknown}
    if (start !== undefined && this.lastFields?.start === start && this.lastFields.end === end)
      return this.lastNamespace
    this.lastFields = fields
    this.lastNamespace = restoreNamespace?.(fields) ?? fields
    return this.lastNamespace
  }

  private overlaps({keyGroupStart, keyGroupEndInclusive}: Pick<StreamIndex, 'keyGroupStart' | 'keyGroupEndInclusive'>) {
    const {keyGroupRange} = this.key
    return keyGroupStart <= keyGroupRange.keyGroupEndInclusive && keyGroupEndInclusive >= keyGroupRange.keyGroupStart
  }

  private checkMaxParallelism({path}: StateFileHandle, {maxParallelism}: FileIndex): void {
    const {maxParallelism: here, operatorName} = this.key
    if (maxParallelism === here) return
    throw new FtsError(
      'user',
      'FTS_STATE_MAX_PARALLELISM',
      `operator "${operatorName}" has a max parallelism of ${here}, but its state in ${path} was written with ${maxParallelism}`,
      {operator: operatorName, path, maxParallelism: here, stored: maxParallelism},
      {tryThis: `Set its max parallelism to ${maxParallelism}.`},
    )
  }
}

interface OpenFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly index: FileIndex
}

function leftIn({left, states}: FileIndex): ReadonlyMap<string, ReadonlySet<unknown>> {
  return new Map((left ?? []).map(({state, namespaces}) => [states[state].name, new Set(namespaces)]))
}

/** The rows of one stream, put into their places. */
class StreamRows {
  private before: unknown
  /** The last row, which may go on; a source that copies what it is given has to get all of it. */
  private last: {readonly known: KnownKey; readonly namespace: Namespace; readonly value: unknown} | undefined
  private readonly isOneKeyGroup: boolean

  constructor(
    private readonly key: CurrentKey,
    private readonly source: RestoreTarget,
    private readonly stream: StreamIndex,
    private readonly format: RowFormat,
    /** Namespaces that are read; undefined: all. */
    private readonly left: ReadonlySet<unknown> | undefined,
    private readonly namespaceOf: (fields: unknown) => Namespace,
  ) {
    this.isOneKeyGroup = stream.keyGroupStart === stream.keyGroupEndInclusive
  }

  apply(columns: readonly (readonly unknown[])[]): void {
    const {source, stream, format} = this
    const [keys, ...rest] = columns
    const namespaces = stream.hasNamespaces ? rest.shift() : undefined
    const {keyGroupStart, keyGroupEndInclusive} = this.key.keyGroupRange
    const reader = format.reader(rest)
    for (let row = 0; row < keys.length; row++) {
      const {value, isContinued} = reader.next(row, this.before)
      this.before = value
      if (isContinued) continue
      this.finish()
      if (namespaces !== undefined && this.left?.has(namespaces[row]) === false) continue
      const key = keys[row]
      const keyGroup = this.isOneKeyGroup ? stream.keyGroupStart : this.key.keyGroupOf(key)
      if (keyGroup < keyGroupStart || keyGroup > keyGroupEndInclusive) continue
      const known = {key, mapKey: toMapKey(key), keyGroup}
      const namespace = namespaces === undefined ? VOID_NAMESPACE : this.namespaceOf(namespaces[row])
      if (stream.rows === 'removed') source.restoreRemoval(known, namespace, value)
      else this.last = {known, namespace, value}
    }
  }

  /** No row goes on any more. */
  finish(): void {
    if (this.last !== undefined) this.source.restore(this.last.known, this.last.namespace, this.last.value)
    this.last = undefined
  }
}

/** Whether it may have rows of one key and one number. */
function isOfNumbers({rows, hasNamespaces}: StreamIndex, {restoreNumbers, meta}: RestoreTarget): boolean {
  return restoreNumbers !== undefined && rows === 'present' && !hasNamespaces && rowFormatOf(meta).columnCount === 1
}

/** False: not all of its rows are such; all are to be read again. */
function readNumbers(bytes: Uint8Array, {blocks}: StreamIndex, source: RestoreTarget): boolean {
  const [keyReader, valueReader] = [new PlainColumnReader(), new PlainColumnReader()]
  return blocks.every(([offset, , keyBytes, valueBytes]) => {
    const end = offset + keyBytes
    const keys = keyReader.read(bytes.subarray(offset, end))
    const values = valueReader.read(bytes.subarray(end, end + valueBytes))
    return keys !== undefined && values?.kind === 'number' && source.restoreNumbers?.(keys, values) === true
  })
}

function readColumns(
  bytes: Uint8Array,
  offset: number,
  lengths: readonly number[],
  readers: readonly BatchDeserializer[],
): readonly (readonly unknown[])[] {
  let at = offset
  return lengths.map((length, column) => {
    const batch = readers[column].read(bytes.subarray(at, (at += length)))
    return batch.kind === 'objects' ? batch.values : []
  })
}

function otherFormat(operatorName: string, format: string): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_FORMAT',
    `the keyed state of operator "${operatorName}" was stored as "${format}", but it reads "${KEYED_STATE_FORMAT}"`,
    {operator: operatorName, format, expected: KEYED_STATE_FORMAT},
    {
      tryThis:
        'Restore with the version of fts that wrote it, or a newer one; or give the operator another uid and start it without state.',
    },
  )
}
