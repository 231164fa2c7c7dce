import type {Disk, Processes, ProcessIdentity, Random} from '../platform/index.js'
import {createWhole} from './create-whole.js'
import {inUse, storageFolderError} from './leadership-errors.js'
import {numbersOf} from './numbered-files.js'

/**
 * Makes a folder this process's, until it ends or `release`: a file `owner-<n>` names who has it. One that has ended is followed by the next
 * number.
 *
 * Errors   `user` FTS_HIGH_AVAILABILITY_FOLDER, FTS_HIGH_AVAILABILITY_IN_USE.
 */
export async function claimFolder(
  folder: string,
  of: {readonly disk: Disk; readonly processes: Processes; readonly random: Random},
): Promise<{release(): Promise<void>}> {
  const {disk, processes} = of
  for (;;) {
    const number = await nextOwner(folder, of)
    const path = `${folder}/owner-${number}`
    if (!(await tryOwn(folder, number, of))) continue
    for (const former of await numbersOf(disk, folder, 'owner'))
      if (former < number) await disk.remove(`${folder}/owner-${former}`)
    return {release: () => releaseOwn(disk, path, processes.own)}
  }
}

async function nextOwner(
  folder: string,
  {disk, processes}: {readonly disk: Disk; readonly processes: Processes},
): Promise<number> {
  try {
    await disk.makeFolder(folder)
    const last = (await numbersOf(disk, folder, 'owner')).at(-1)
    if (last === undefined) return 1
    const owner = await ownerOf(disk, `${folder}/owner-${last}`)
    if (owner !== undefined && !processes.isGone(owner)) throw inUse(folder, owner.pid)
    return last + 1
  } catch (error) {
    throw error instanceof Error && 'kind' in error ? error : storageFolderError(folder, error)
  }
}

async function tryOwn(
  folder: string,
  number: number,
  {disk, processes, random}: {readonly disk: Disk; readonly processes: Processes; readonly random: Random},
): Promise<boolean> {
  const text = JSON.stringify(processes.own)
  try {
    return await createWhole(disk, {folder, name: `owner-${number}`, text, nonce: random.hex(8)})
  } catch (error) {
    throw storageFolderError(folder, error)
  }
}

async function ownerOf(disk: Disk, path: string): Promise<ProcessIdentity | undefined> {
  const bytes = await disk.read(path)
  return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as ProcessIdentity)
}

async function releaseOwn(disk: Disk, path: string, own: ProcessIdentity): Promise<void> {
  const owner = await ownerOf(disk, path).catch(() => undefined)
  if (owner?.pid === own.pid && owner.startedAt === own.startedAt) await disk.remove(path).catch(() => {})
}
