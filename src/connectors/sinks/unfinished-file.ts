import {
  closeSync,
  constants,
  copyFileSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  truncateSync,
} from 'node:fs'
import {crc32} from 'node:zlib'
import {FtsError} from '../../core/index.js'

const BLOCK_BYTES = 1024 * 1024

/** What was written of a file at a barrier. */
export interface UnfinishedFile {
  /** Its temporary name. */
  readonly path: string
  readonly sizeBytes: number
  /** `<device>:<inode>`: by it the file is known when it has got its name already. */
  readonly fileId: string
  /** The name it gets; absolute. */
  readonly finalPath?: string
  /** Of these bytes. By it a file is known that was copied, or gone on with by an attempt that failed later. Absent where no checkpoints are taken. */
  readonly crc32?: number
}

/**
 * Where what was written is now: under its temporary name, or, where it was completed after the checkpoint, under its name or the one that it is to
 * get now. Errors: `fatal` FTS_OUTPUT_LOST.
 */
export function unfinishedPath(resume: UnfinishedFile, newPath: string): string {
  const {path, sizeBytes, finalPath} = resume
  const temporary = statSync(path, {throwIfNoEntry: false})
  if (temporary !== undefined && temporary.size >= sizeBytes) return path
  const completed = [finalPath, newPath].find((one) => one !== undefined && beginsWith(one, resume))
  if (completed !== undefined) return completed
  throw new FtsError(
    'fatal',
    'FTS_OUTPUT_LOST',
    `the checkpoint has ${sizeBytes} bytes of the output ${finalPath ?? newPath}, which are not there, nor in ${path}`,
    {path, sizeBytes},
    {
      tryThis:
        'If you have moved or changed the output, put it back as it was, there or where the job is to write now; else run the job again from its beginning.',
    },
  )
}

/** What an attempt goes on with: what a write that is still under way does, it does to the old file. */
export function copyUnfinished({sizeBytes}: UnfinishedFile, copy: {readonly from: string; readonly to: string}): void {
  const part = `${copy.to}.copy`
  copyFileSync(copy.from, part, constants.COPYFILE_FICLONE)
  truncateSync(part, sizeBytes)
  renameSync(part, copy.to)
}

export function fileIdOf({dev, ino}: Stats): string {
  return `${dev}:${ino}`
}

/** Whether a file has what the checkpoint has, from its beginning. */
function beginsWith(path: string, {sizeBytes, fileId, crc32: expected}: UnfinishedFile): boolean {
  const stats = statSync(path, {throwIfNoEntry: false})
  if (stats === undefined || !stats.isFile() || stats.size < sizeBytes) return false
  return fileIdOf(stats) === fileId || (expected !== undefined && checksumOf(path, sizeBytes) === expected)
}

function checksumOf(path: string, sizeBytes: number): number {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  const source = openSync(path, 'r')
  let checksum = 0
  try {
    for (let at = 0; at < sizeBytes; ) {
      const byteCount = readSync(source, block, 0, Math.min(block.length, sizeBytes - at), at)
      if (byteCount === 0) break
      checksum = crc32(block.subarray(0, byteCount), checksum)
      at += byteCount
    }
  } finally {
    closeSync(source)
  }
  return checksum
}
