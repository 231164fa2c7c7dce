import {FtsError, type OperatorListState} from '../../core/index.js'
import type {OperatorContext} from '../../operators/index.js'
import type {StagedEpoch} from './staged-output.js'
import type {UnfinishedFile} from './unfinished-file.js'

const NAME = 'output'
const VERSION = 1

/** What a checkpoint has of one output. */
export interface OutputState {
  readonly file: UnfinishedFile | undefined
  readonly staged: readonly StagedEpoch[] | undefined
  /** The folder of their files; absent in old checkpoints. */
  readonly stagedIn?: string
}

/** element := JSON in UTF-8, {"v":1,"file":<UnfinishedFile>} or {"v":1,"staged":[<StagedEpoch>, …],"stagedIn":<folder>}; there is one. */
export function outputState(state: OutputState): OperatorListState {
  const element = new TextEncoder().encode(JSON.stringify({v: VERSION, ...state}))
  return {name: NAME, distribution: 'split', elements: [element]}
}

/** Undefined where the output begins. Errors: `fatal` FTS_STATE_VERSION. */
export function restoredOutput({restored}: OperatorContext): OutputState | undefined {
  const element = restored?.lists.find(({name}) => name === NAME)?.elements.at(0)
  if (element === undefined) return undefined
  const {v, ...state} = JSON.parse(new TextDecoder().decode(element)) as OutputState & {readonly v: number}
  if (v === VERSION) return state
  const message = `the state of an output was written in version ${v}, and only version ${VERSION} can be read`
  throw new FtsError('fatal', 'FTS_STATE_VERSION', message, {version: v})
}
