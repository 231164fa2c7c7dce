import {posix} from 'node:path'
import {
  FtsError,
  type InFlightHandle,
  type KeyedStateHandle,
  type OperatorListState,
  type OperatorSubtaskState,
} from '../core/index.js'
import type {CheckpointMetadata, VertexInFlight} from './checkpoint-metadata.js'
import {crc32} from './crc32.js'

/** The newest version. Raised when a reader of the version before could not read what is written now. */
export const METADATA_VERSION = 2

/** Of a checkpoint without data under way: a reader that knows of none can read it. */
const VERSION_ALIGNED = 1

const MAGIC = 0x4d535446 // 'FTSM', little-endian
const HEADER_BYTES = 12
const CHECKSUM_BYTES = 4

/**
 * `_metadata` as bytes, see the room's README. `folder` is where it will lie: paths below it, and below the folder that it
 * is in, are written relative, so that a savepoint can be moved.
 */
export function encodeMetadata(metadata: CheckpointMetadata, folder: string): Uint8Array {
  const blobs: Uint8Array[] = []
  let blobBytes = 0
  const keep = (bytes: Uint8Array): readonly [number, number] => {
    blobs.push(bytes)
    blobBytes += bytes.length
    return [blobBytes - bytes.length, bytes.length]
  }
  const json = Buffer.from(JSON.stringify(toJson(metadata, folder, keep)))
  const all = Buffer.alloc(HEADER_BYTES + json.length + blobBytes + CHECKSUM_BYTES)
  all.writeUInt32LE(MAGIC, 0)
  all.writeUInt32LE(hasInFlight(metadata) ? METADATA_VERSION : VERSION_ALIGNED, 4)
  all.writeUInt32LE(json.length, 8)
  json.copy(all, HEADER_BYTES)
  let at = HEADER_BYTES + json.length
  for (const blob of blobs) {
    all.set(blob, at)
    at += blob.length
  }
  all.writeUInt32LE(crc32(all.subarray(0, at)), at)
  return all
}

/**
 * Reads what `encodeMetadata` wrote; `folder` is where it lies now.
 * Errors: `user` FTS_CHECKPOINT_DAMAGED (torn, changed, something else), FTS_CHECKPOINT_NEWER_FORMAT.
 */
export function decodeMetadata(bytes: Uint8Array, folder: string): CheckpointMetadata {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const path = `${folder}/_metadata`
  if (all.length < HEADER_BYTES + CHECKSUM_BYTES || all.readUInt32LE(0) !== MAGIC)
    throw damaged(path, 'does not begin as metadata of a checkpoint does')
  const version = all.readUInt32LE(4)
  if (version > METADATA_VERSION) throw newerFormat(path, version)
  const end = all.length - CHECKSUM_BYTES
  if (crc32(all.subarray(0, end)) !== all.readUInt32LE(end))
    throw damaged(path, 'is torn or changed: its checksum differs')
  const jsonEnd = HEADER_BYTES + all.readUInt32LE(8)
  const blob = all.subarray(jsonEnd, end)
  return fromJson(JSON.parse(all.toString('utf8', HEADER_BYTES, jsonEnd)), folder, blob)
}

// The JSON's shape is the metadata's, with relative paths, and with [offset, length] in the blob where there were bytes.

type JsonSubtask = {
  readonly keyed?: KeyedStateHandle
  readonly lists: readonly (Omit<OperatorListState, 'elements'> & {
    readonly elements: readonly (readonly [number, number])[]
  })[]
} | null

type JsonInFlight = Omit<VertexInFlight, 'subtasks'> & {readonly subtasks: readonly (InFlightHandle | null)[]}

type JsonMetadata = Omit<CheckpointMetadata, 'vertices'> & {
  readonly vertices: readonly (Omit<CheckpointMetadata['vertices'][number], 'operators' | 'inFlight'> & {
    readonly inFlight?: JsonInFlight
    readonly operators: readonly {
      readonly operatorId: string
      readonly name: string
      readonly subtasks: readonly JsonSubtask[]
    }[]
  })[]
}

function toJson(
  metadata: CheckpointMetadata,
  folder: string,
  keep: (bytes: Uint8Array) => readonly [number, number],
): JsonMetadata {
  const subtaskJson = (subtask: OperatorSubtaskState | undefined): JsonSubtask =>
    subtask === undefined
      ? null
      : {
          ...(subtask.keyed === undefined ? {} : {keyed: withPaths(subtask.keyed, (path) => relative(path, folder))}),
          lists: subtask.lists.map((list) => ({...list, elements: list.elements.map(keep)})),
        }
  return {
    ...metadata,
    vertices: metadata.vertices.map(({inFlight, ...vertex}) => ({
      ...vertex,
      ...(inFlight === undefined ? {} : {inFlight: inFlightJson(inFlight, folder)}),
      operators: vertex.operators.map((one) => ({...one, subtasks: one.subtasks.map(subtaskJson)})),
    })),
  }
}

function fromJson(json: JsonMetadata, folder: string, blob: Uint8Array): CheckpointMetadata {
  const subtask = (operatorId: string, from: JsonSubtask): OperatorSubtaskState | undefined =>
    from === null
      ? undefined
      : {
          operatorId: operatorId as OperatorSubtaskState['operatorId'],
          ...(from.keyed === undefined ? {} : {keyed: withPaths(from.keyed, (path) => posix.resolve(folder, path))}),
          lists: from.lists.map((list) => ({
            ...list,
            elements: list.elements.map(([offset, length]) => blob.slice(offset, offset + length)),
          })),
        }
  return {
    ...json,
    vertices: json.vertices.map(({inFlight, ...vertex}) => ({
      ...vertex,
      ...(inFlight === undefined ? {} : {inFlight: inFlightFrom(inFlight, folder)}),
      operators: vertex.operators.map(({operatorId, name, subtasks}) => ({
        operatorId: operatorId as OperatorSubtaskState['operatorId'],
        name,
        subtasks: subtasks.map((one) => subtask(operatorId, one)),
      })),
    })),
  }
}

function hasInFlight({vertices}: CheckpointMetadata): boolean {
  return vertices.some(({inFlight}) => inFlight !== undefined)
}

function inFlightJson({inputs, subtasks}: VertexInFlight, folder: string): JsonInFlight {
  return {
    inputs,
    subtasks: subtasks.map((one) => (one === undefined ? null : moved(one, (path) => relative(path, folder)))),
  }
}

function inFlightFrom({inputs, subtasks}: JsonInFlight, folder: string): VertexInFlight {
  return {
    inputs,
    subtasks: subtasks.map((one) => (one === null ? undefined : moved(one, (path) => posix.resolve(folder, path)))),
  }
}

function moved(handle: InFlightHandle, change: (path: string) => string): InFlightHandle {
  return {...handle, file: {...handle.file, path: change(handle.file.path)}}
}

function withPaths(keyed: KeyedStateHandle, change: (path: string) => string): KeyedStateHandle {
  return {...keyed, files: keyed.files.map((file) => ({...file, path: change(file.path)}))}
}

/** `x` for what is in the folder, `../shared/x` for what is beside it; else absolute. */
function relative(path: string, folder: string): string {
  return path.startsWith(`${posix.dirname(folder)}/`) ? posix.relative(folder, path) : path
}

function damaged(path: string, what: string): FtsError {
  return new FtsError(
    'user',
    'FTS_CHECKPOINT_DAMAGED',
    `${path} ${what}`,
    {path},
    {
      tryThis: 'Restore from another checkpoint or savepoint: the other chk- folders beside it may be whole.',
    },
  )
}

function newerFormat(path: string, version: number): FtsError {
  return new FtsError(
    'user',
    'FTS_CHECKPOINT_NEWER_FORMAT',
    `${path} has version ${version} of the format, and this fts reads up to ${METADATA_VERSION}`,
    {path, version, versionMax: METADATA_VERSION},
    {tryThis: 'Restore it with the fts that wrote it, or a newer one.'},
  )
}
