import {dirname} from 'node:path'
import type {Disk, Processes, ProcessIdentity, Random} from '../platform/index.js'
import {createWhole} from './create-whole.js'
import {inUse, storageFolderError} from './leadership-errors.js'
import {numbersOf} from './numbered-files.js'

/** A folder may vanish while it is claimed, since who releases it removes it when it is empty; not so often, though. */
const TRIES_MAX = 50

/**
 * Makes a folder this process's, until it ends or `release`: a file `owner-<n>` names who has it. One that has ended is followed by the next
 * number. Released, the folder and the one above it are removed if there is nothing in them.
 *
 * Errors   `user` FTS_HIGH_AVAILABILITY_FOLDER, FTS_HIGH_AVAILABILITY_IN_USE.
 */
export async function claimFolder(
  folder: string,
  of: {readonly disk: Disk; readonly processes: Processes; readonly random: Random},
): Promise<{release(): Promise<void>}> {
  const {disk, processes} = of
  for (let tries = 1; ; tries++) {
    const {number, error} = await tryClaim(folder, of)
    if (error !== undefined && (tries === TRIES_MAX || !isMissing(error))) throw claimError(folder, error)
    if (number === undefined) continue
    const path = `${folder}/owner-${number}`
    return {release: () => release({disk, folder, path, own: processes.own})}
  }
}

type ClaimParts = Parameters<typeof claimFolder>[1]

/** The number under which the folder is this process's; undefined: somebody else was faster, or as fast. */
async function tryClaim(folder: string, of: ClaimParts): Promise<{readonly number?: number; readonly error?: unknown}> {
  try {
    const number = await nextOwner(folder, of)
    if (number === undefined || !(await tryOwn(folder, number, of))) return {}
    return (await isOnlyOwner(folder, number, of)) ? {number} : {}
  } catch (error) {
    return {error}
  }
}

/** Undefined: the last one has just released it. */
async function nextOwner(folder: string, {disk, processes}: ClaimParts): Promise<number | undefined> {
  await disk.makeFolder(folder)
  const last = (await numbersOf(disk, folder, 'owner')).at(-1)
  if (last === undefined) return 1
  const owner = await ownerOf(disk, `${folder}/owner-${last}`)
  if (owner === undefined) return undefined
  if (!processes.isGone(owner)) throw inUse(folder, owner.pid)
  return last + 1
}

/**
 * Numbers begin anew when a folder was released, so two that look at different moments may take different ones. Each looks for others when its own
 * file is there: at least one of them finds the other, and gives way. Files of those that have ended are removed.
 */
async function isOnlyOwner(folder: string, number: number, {disk, processes}: ClaimParts): Promise<boolean> {
  const others = (await numbersOf(disk, folder, 'owner')).filter((one) => one !== number)
  for (const other of others) {
    const path = `${folder}/owner-${other}`
    const owner = await ownerOf(disk, path)
    if (owner === undefined || processes.isGone(owner)) {
      await disk.remove(path)
      continue
    }
    await disk.remove(`${folder}/owner-${number}`)
    return false
  }
  return true
}

function tryOwn(folder: string, number: number, {disk, processes, random}: ClaimParts): Promise<boolean> {
  const text = JSON.stringify(processes.own)
  return createWhole(disk, {folder, name: `owner-${number}`, text, nonce: random.hex(8)})
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

function claimError(folder: string, error: unknown): unknown {
  return error instanceof Error && 'kind' in error ? error : storageFolderError(folder, error)
}

async function ownerOf(disk: Disk, path: string): Promise<ProcessIdentity | undefined> {
  const bytes = await disk.read(path)
  return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as ProcessIdentity)
}

async function release(of: {
  readonly disk: Disk
  readonly folder: string
  readonly path: string
  readonly own: ProcessIdentity
}): Promise<void> {
  const {disk, folder, path, own} = of
  const owner = await ownerOf(disk, path).catch(() => undefined)
  if (owner?.pid !== own.pid || owner.startedAt !== own.startedAt) return
  await disk.remove(path).catch(() => {})
  // What cannot be removed stays, and is taken again by the next.
  if (await disk.removeEmpty(folder).catch(() => false)) await disk.removeEmpty(dirname(folder)).catch(() => {})
}
