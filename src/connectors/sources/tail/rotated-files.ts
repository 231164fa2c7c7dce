import {readdirSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {fileIdOf} from './tailed-file.js'

export interface NamedFile {
  readonly path: string
  readonly fileId: string
  /** Changes if the file is written to: by it a file is told from a later one that got its number. */
  readonly state: string
}

/** What follows the name: a number or a date. Other neighbours (`app.log.lock`, `app.log.err`) are no part of the log. */
const ROTATED = /^[.-]\d[\d.\-_:T]*$/

/**
 * What log rotation made of `app.log`, the oldest first: of `app.log.2` and `app.log.1` the higher number, of `app.log-20261120` and
 * `app.log-20261121` the earlier date. Compressed files cannot be read on and are left out.
 */
export function rotatedFiles(path: string): readonly NamedFile[] {
  const base = basename(path)
  const suffixes = namesIn(dirname(path))
    .filter((name) => name.startsWith(base))
    .map((name) => name.slice(base.length))
    .filter((suffix) => ROTATED.test(suffix))
    .sort(byAge)
  return suffixes.flatMap((suffix) => namedFile(join(dirname(path), base + suffix)) ?? [])
}

/** Undefined where there is no such file. */
export function namedFile(path: string): NamedFile | undefined {
  const stats = statSync(path, {throwIfNoEntry: false})
  if (stats === undefined || !stats.isFile()) return undefined
  const fileId = fileIdOf(stats)
  return {path, fileId, state: `${fileId}:${stats.size}:${stats.mtimeMs}`}
}

/** Up to five digits count rotations, more are a date. */
const COUNTER = /^[.-](\d{1,5})$/

function byAge(a: string, b: string): number {
  const [countA, countB] = [COUNTER.exec(a)?.[1], COUNTER.exec(b)?.[1]]
  if (countA !== undefined && countB !== undefined) return Number(countB) - Number(countA)
  if (countA !== undefined || countB !== undefined) return countA !== undefined ? 1 : -1
  return a < b ? -1 : 1
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
