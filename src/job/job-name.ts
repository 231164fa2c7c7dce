import {basename} from 'node:path'

/** The name of a job that is given none: that of its file. */
export function jobNameOf(entryPath: string): string {
  return basename(entryPath).replace(/\.[cm]?[jt]sx?$/, '')
}
