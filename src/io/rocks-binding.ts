import {createRequire} from 'node:module'
import {FtsError} from '../core/index.js'

/** The package, which is optional: fts runs without it until somebody wants its state in RocksDB. */
export const ROCKSDB_PACKAGE = '@nxtedition/rocksdb'

export interface Opaque {
  readonly opaque: unique symbol
}

type Done = (error: Error | null) => void

/** The functions of the native module that are used here. Its classes call the same ones; they would cost a promise or a copy each. */
export interface RocksBinding {
  db_init(directory: string): Opaque
  db_open(db: Opaque, options: RocksOptions, done: Done): void
  db_close(db: Opaque, done: Done): void
  db_get_many_sync(db: Opaque, keys: readonly Uint8Array[], options: object): (Buffer | undefined | null)[]
  db_clear(db: Opaque, range: {readonly gte: Uint8Array; readonly lt: Uint8Array}): void
  db_get_property(db: Opaque, name: string): string
  batch_init(): Opaque
  batch_put(batch: Opaque, key: Uint8Array, value: Uint8Array, options: object): void
  batch_del(batch: Opaque, key: Uint8Array, options: object): void
  batch_write(db: Opaque, batch: Opaque, options: object): void
  batch_clear(batch: Opaque): void
  iterator_init(db: Opaque, options: object): Opaque
  iterator_nextv_sync(cursor: Opaque, count: number): {readonly rows: Buffer[]; readonly finished: boolean}
  iterator_close(cursor: Opaque): void
}

export interface RocksOptions {
  readonly createIfMissing: boolean
  readonly parallelism: number
  readonly compaction: 'level' | 'universal'
  /** Write buffers of a quarter of it each, at most six. */
  readonly memtableMemoryBudget: number
  readonly cacheSize: number
  readonly cacheIndexAndFilterBlocks: boolean
  readonly compression: boolean
  readonly walCompression: boolean
}

/** Loads the package. Errors: `user` FTS_ROCKSDB_MISSING, where it is not installed or has no build for this machine. */
export function loadRocksBinding(load: (name: string) => unknown = createRequire(import.meta.url)): RocksBinding {
  try {
    return load(`${ROCKSDB_PACKAGE}/binding.js`) as RocksBinding
  } catch (cause) {
    throw missing(cause)
  }
}

function missing(cause: unknown): FtsError {
  const isAbsent = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND'
  const machine = `${process.platform}-${process.arch}`
  const why = isAbsent
    ? 'is not installed'
    : `cannot be loaded on ${machine}: ${(cause as Error).message.split('\n')[0]}`
  return new FtsError(
    'user',
    'FTS_ROCKSDB_MISSING',
    `state.backend.type is rocksdb, but the package ${ROCKSDB_PACKAGE} ${why}`,
    {package: ROCKSDB_PACKAGE, machine},
    {
      cause,
      tryThis: `Install it beside fts with \`npm install ${ROCKSDB_PACKAGE}\`, or keep the state in memory with -D state.backend.type=hashmap.`,
    },
  )
}
