import {existsSync} from 'node:fs'
import {basename} from 'node:path'
import {cannotBeReadTwice, FtsError, journalFolder, type OperatorListState, type Split} from '../../core/index.js'
import type {OperatorContext} from '../../operators/index.js'

const NAME = 'splits'
const VERSION = 1

/** A split, and how far it was read: plain data, in terms of its source. Absent: nothing of it was. */
export interface SplitState<Position> {
  readonly split: Split
  readonly at?: Position
}

/**
 * What a source answers at a barrier: the splits that it has and that are not read to the end. They may go on in another subtask.
 *
 *   element := JSON in UTF-8, {"v":1,"split":<Split>,"at":<position, absent at the beginning>}
 */
export function splitStates<Position>(splits: readonly SplitState<Position>[]): OperatorListState {
  const encoder = new TextEncoder()
  const elements = splits.map((state) => encoder.encode(JSON.stringify({v: VERSION, ...state})))
  return {name: NAME, distribution: 'split', elements}
}

/** The splits that a source goes on with. Errors: `fatal` FTS_STATE_VERSION. */
export function restoredSplits<Position>(context: OperatorContext): readonly SplitState<Position>[] {
  const {restored} = context
  const decoder = new TextDecoder()
  const elements = restored?.lists.find(({name}) => name === NAME)?.elements ?? []
  return elements.map((element) => {
    const {v, split, at} = JSON.parse(decoder.decode(element)) as SplitState<Position> & {readonly v: number}
    if (v !== VERSION) throw otherVersion(v)
    const here = inThisRun(split, context)
    return at === undefined ? {split: here} : {split: here, at}
  })
}

/**
 * Where an input that cannot be read twice is read from now. Under checkpoints from a journal of this run, which begins with what an earlier run has left; else
 * that comes first, if it is still there, and then the input itself.
 */
function inThisRun(split: Split, {ownedFolder, operatorId, restoredFolder}: OperatorContext): Split {
  if (!cannotBeReadTwice(split)) return split
  const {journal, thenInput: _before, ...input} = split
  if (ownedFolder !== undefined) return {...input, journal: journalFolder(ownedFolder, operatorId, split.splitId)}
  if (journal === undefined) return input
  const left = [`${restoredFolder}/${basename(journal)}`, journal].find((folder) => existsSync(folder))
  return left === undefined ? input : {...input, journal: left, thenInput: true}
}

function otherVersion(version: number): FtsError {
  return new FtsError(
    'fatal',
    'FTS_STATE_VERSION',
    `the position of a source was written in version ${version}, and only version ${VERSION} can be read`,
    {version},
    {tryThis: 'Restore it with the version of fts that wrote it, or a later one.'},
  )
}
