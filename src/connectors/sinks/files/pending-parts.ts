import {existsSync, renameSync} from 'node:fs'
import {FtsError, type OperatorListState} from '../../../core/index.js'
import type {OperatorContext} from '../../../operators/index.js'
import {outputError} from '../output-error.js'

const NAME = 'parts'
const VERSION = 1

/** A part file that is complete and does not have its name yet. */
export interface PendingPart {
  readonly path: string
  readonly inProgressPath: string
}

/** element := JSON in UTF-8, {"v":1,"path":…,"inProgressPath":…}, one a part. */
export function partsState(parts: readonly PendingPart[]): OperatorListState {
  const encoder = new TextEncoder()
  const elements = parts.map(({path, inProgressPath}) =>
    encoder.encode(JSON.stringify({v: VERSION, path, inProgressPath})),
  )
  return {name: NAME, distribution: 'split', elements}
}

/** Errors: `fatal` FTS_STATE_VERSION. */
export function restoredParts({restored}: OperatorContext): readonly PendingPart[] {
  const elements = restored?.lists.find(({name}) => name === NAME)?.elements ?? []
  return elements.map((element) => {
    const {v, ...part} = JSON.parse(new TextDecoder().decode(element)) as PendingPart & {readonly v: number}
    if (v === VERSION) return part
    const message = `the state of a file sink was written in version ${v}, and only version ${VERSION} can be read`
    throw new FtsError('fatal', 'FTS_STATE_VERSION', message, {version: v})
  })
}

/**
 * Of a completed checkpoint: whether they had got their names before the failure nobody knows. Answers those that are nowhere: whoever reads the folder
 * has taken them away by now, or they are lost; as in Flink the job goes on. Errors: those of outputError.
 */
export function commitParts(parts: readonly PendingPart[]): readonly PendingPart[] {
  const isThere = ({path, inProgressPath}: PendingPart) => existsSync(inProgressPath) || existsSync(path)
  for (const {path, inProgressPath} of parts) if (existsSync(inProgressPath)) rename(inProgressPath, path)
  return parts.filter((part) => !isThere(part))
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    throw outputError(to, error)
  }
}
