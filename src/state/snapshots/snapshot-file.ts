import {FtsError} from '../../core/index.js'
import type {StateMeta} from './state-meta.js'

/** Name of the format in a KeyedStateHandle; the page about it is in the README. */
export const KEYED_STATE_FORMAT = 'fts-keyed-state-1'
/** Of files that need no newer one; `left` came with version 2. */
export const FILE_VERSION = 1
const FILE_VERSION_LEFT = 2
export const FILE_HEADER_BYTES = 16
const MAGIC = 'FTSKEYED'
const TRAILER_BYTES = 16

/** Rows of one state and a few neighbouring key groups; its blocks are read from the first on. */
export interface StreamIndex {
  /** Place in `states`. */
  readonly state: number
  readonly keyGroupStart: number
  readonly keyGroupEndInclusive: number
  /** `removed` rows are keys that earlier files brought; they go before all others of the file. */
  readonly rows: 'present' | 'removed'
  readonly hasNamespaces: boolean
  /** Each [offset, rows, bytes of each column]. */
  readonly blocks: readonly (readonly number[])[]
}

export interface NamespacesLeft {
  /** Place in `states`. */
  readonly state: number
  readonly namespaces: readonly unknown[]
}

export interface FileIndex {
  readonly maxParallelism: number
  readonly keyGroupStart: number
  readonly keyGroupEndInclusive: number
  /** `changes` are to be applied to what the files before hold. */
  readonly content: 'all' | 'changes'
  readonly states: readonly StateMeta[]
  readonly streams: readonly StreamIndex[]
  /** Of states whose namespaces go as a whole: those that still are, numbers or texts. Rows of earlier files in others are gone. */
  readonly left?: readonly NamespacesLeft[]
  /** What else the operator has put down, as JSON. */
  readonly extra: unknown
}

export function fileHeader({hasLeft}: {readonly hasLeft: boolean}): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_BYTES)
  header.set(Buffer.from(MAGIC, 'latin1'))
  new DataView(header.buffer).setUint32(8, hasLeft ? FILE_VERSION_LEFT : FILE_VERSION, true)
  return header
}

/** The end of a file: the index, its length and the mark once more. */
export function fileEnd(index: FileIndex): Uint8Array {
  const json = Buffer.from(JSON.stringify(index), 'utf8')
  const end = new Uint8Array(json.length + TRAILER_BYTES)
  end.set(json)
  new DataView(end.buffer).setUint32(json.length, json.length, true)
  end.set(Buffer.from(MAGIC, 'latin1'), json.length + 8)
  return end
}

/** Errors: `user` FTS_STATE_FORMAT for a newer version; `fatal` FTS_STATE_FILE_DAMAGED for what is no such file. */
export function readFileIndex(path: string, bytes: Uint8Array): FileIndex {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const textAt = (at: number) => Buffer.from(bytes.subarray(at, at + MAGIC.length)).toString('latin1')
  if (bytes.length < FILE_HEADER_BYTES + TRAILER_BYTES || textAt(0) !== MAGIC)
    throw damaged(path, 'it does not begin as one')
  const version = view.getUint32(8, true)
  if (version < FILE_VERSION || version > FILE_VERSION_LEFT) throw otherVersion(path, version)
  if (textAt(bytes.length - MAGIC.length) !== MAGIC) throw damaged(path, 'its end is missing')
  const length = view.getUint32(bytes.length - TRAILER_BYTES, true)
  const from = bytes.length - TRAILER_BYTES - length
  if (from < FILE_HEADER_BYTES) throw damaged(path, 'its index is longer than the file')
  try {
    return JSON.parse(Buffer.from(bytes.subarray(from, from + length)).toString('utf8')) as FileIndex
  } catch (cause) {
    throw damaged(path, 'its index is no JSON', cause)
  }
}

export function damaged(path: string, why: string, cause?: unknown): FtsError {
  return new FtsError(
    'fatal',
    'FTS_STATE_FILE_DAMAGED',
    `${path} is no file of keyed state: ${why}`,
    {path},
    {...(cause === undefined ? {} : {cause}), tryThis: 'Restore from another checkpoint.'},
  )
}

function otherVersion(path: string, version: number): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_FORMAT',
    `${path} has version ${version} of the format of keyed state, but this fts reads versions ${FILE_VERSION} to ${FILE_VERSION_LEFT}`,
    {path, version, expected: FILE_VERSION_LEFT},
    {tryThis: 'Restore with the version of fts that wrote it, or a newer one.'},
  )
}
