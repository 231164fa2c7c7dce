import {closeSync, openSync, readSync} from 'node:fs'
import {Decompress} from 'fzstd'
import {fileReadError} from '../sources/file-error.js'
import type {InputFile} from '../sources/plan-files.js'

/** Bytes read of a file to see what is in it. */
export const SAMPLE_BYTES = 1024 * 1024

/** The beginning of a file, decompressed. */
export interface Sample {
  readonly bytes: Uint8Array
  /** There is no more. */
  readonly isWhole: boolean
}

/** Errors: `user` FTS_CANNOT_READ. Of a compressed file that is damaged the sample is what can be decompressed; reading it will say more. */
export function readSample(
  {path, compression}: Pick<InputFile, 'path' | 'compression'>,
  sampleBytes = SAMPLE_BYTES,
): Sample {
  const head = readHead(path, sampleBytes)
  if (compression === 'none') return head
  const bytes = compression === 'gzip' ? gunzipHead(head.bytes) : unzstdHead(head.bytes)
  return {bytes, isWhole: head.isWhole}
}

function readHead(path: string, sampleBytes: number): Sample {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    const bytes = Buffer.allocUnsafe(sampleBytes + 1)
    let filled = 0
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
      read = readSync(descriptor, bytes, filled, bytes.length - filled, filled)
    }
    return {bytes: bytes.subarray(0, Math.min(filled, sampleBytes)), isWhole: filled <= sampleBytes}
  } catch (error) {
    throw fileReadError(path, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function gunzipHead(bytes: Uint8Array): Uint8Array {
  try {
    const {constants, gunzipSync} = process.getBuiltinModule('node:zlib')
    return gunzipSync(bytes, {finishFlush: constants.Z_SYNC_FLUSH})
  } catch {
    return new Uint8Array(0)
  }
}

function unzstdHead(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = []
  try {
    new Decompress((chunk) => chunks.push(chunk.slice())).push(bytes)
  } catch {
    // What came before the damage is sample enough.
  }
  return Buffer.concat(chunks)
}
