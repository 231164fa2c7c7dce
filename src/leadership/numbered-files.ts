import type {Disk} from '../platform/index.js'

/** The numbers of a folder's files `<kind>-<n>`, ascending. */
export async function numbersOf(disk: Disk, folder: string, kind: string): Promise<number[]> {
  const names = ((await disk.list(folder)) ?? []).map(({name}) => name)
  return names
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => Number(name.slice(kind.length + 1)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b)
}
