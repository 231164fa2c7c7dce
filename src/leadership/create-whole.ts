import type {Disk} from '../platform/index.js'

/**
 * Makes a file that has all its bytes from the moment it has its name, if nobody else has made it: of many who try, one gets `true`.
 * It and its name outlive a loss of power.
 *
 * Errors   the system's; with `isDoubtful` if the file may be there all the same.
 */
export async function createWhole(
  disk: Disk,
  of: {readonly folder: string; readonly name: string; readonly text: string; readonly nonce: string},
): Promise<boolean> {
  const {folder, name, text, nonce} = of
  const temporary = `${folder}/.${name}-${nonce}.part`
  try {
    await writeWhole(disk, temporary, text)
    if (!(await disk.link(temporary, `${folder}/${name}`))) return false
  } finally {
    await disk.remove(temporary).catch(() => {})
  }
  await disk.syncFolder(folder).catch((error) => {
    throw Object.assign(error, {isDoubtful: true})
  })
  return true
}

async function writeWhole(disk: Disk, path: string, text: string): Promise<void> {
  await disk.remove(path)
  const file = await disk.create(path)
  try {
    await file.append(Buffer.from(text))
    await file.sync()
  } finally {
    await file.close()
  }
}

export function isDoubtful(error: unknown): boolean {
  return (error as {isDoubtful?: boolean}).isDoubtful === true
}
