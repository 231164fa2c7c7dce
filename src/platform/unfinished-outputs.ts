import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Disk} from './platform.js'

const SUFFIX = '.unfinished'

/**
 * Files elsewhere that are of use only as long as a folder is there: outputs that a job goes on with when it is restored from a checkpoint in it. A note
 * of each lies in the folder, and whoever removes the folder removes them as well.
 *
 *   <name>.unfinished   JSON: {"v":1,"paths":[…]}
 */
export function noteUnfinished(folder: string, name: string, paths: readonly string[]): void {
  writeFileSync(join(folder, `${name}${SUFFIX}`), JSON.stringify({v: 1, paths}))
}

/** They are to stay, whatever becomes of the folder. */
export function keepUnfinished(folder: string, name: string): void {
  rmSync(join(folder, `${name}${SUFFIX}`), {force: true})
}

/** Removes what the notes in a folder tell of; a folder that is not there has none. */
export async function removeUnfinished(disk: Disk, folder: string): Promise<void> {
  for (const {name} of (await disk.list(folder)) ?? []) {
    if (!name.endsWith(SUFFIX)) continue
    const note = await disk.read(join(folder, name))
    for (const path of pathsIn(note)) await disk.remove(path)
  }
}

/** The same at once, for all jobs that keep their checkpoints in a run directory, which is about to go. Never throws: it is a courtesy. */
export function removeUnfinishedNow(runDirectory: string): void {
  const checkpoints = join(runDirectory, 'checkpoints')
  try {
    for (const job of readdirSync(checkpoints)) removeNoted(join(checkpoints, job, 'taskowned'))
  } catch {}
}

function removeNoted(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(SUFFIX)) continue
      for (const path of pathsIn(readFileSync(join(folder, name)))) rmSync(path, {force: true})
    }
  } catch {}
}

/** A note that was being written when its writer was killed says nothing. */
function pathsIn(note: Uint8Array | undefined): readonly string[] {
  try {
    return (JSON.parse(Buffer.from(note ?? []).toString()) as {readonly paths: readonly string[]}).paths
  } catch {
    return []
  }
}
