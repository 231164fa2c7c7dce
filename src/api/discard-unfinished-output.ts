import {existsSync, realpathSync, rmSync} from 'node:fs'
import {temporaryPathOf} from '../connectors/index.js'
import type {JobId} from '../core/index.js'

/** Removes what a job that did not end well has left of an output file. Finished files have lost that name. */
export function discardUnfinishedOutput(outputPath: string, jobId: JobId): void {
  // The sink writes beside the file that a link leads to.
  const path = existsSync(outputPath) ? realpathSync(outputPath) : outputPath
  rmSync(temporaryPathOf(path, jobId), {force: true})
}
