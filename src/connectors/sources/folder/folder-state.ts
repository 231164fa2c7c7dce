import type {OperatorListState} from '../../../core/index.js'
import type {OperatorContext} from '../../../operators/index.js'
import type {FolderSplit} from './folder-split.js'

const NAME = 'folders'
const VERSION = 2

/** A folder that a subtask watches. */
export interface WatchedFolder {
  readonly split: FolderSplit
  /** Files found so far. */
  readonly taken: readonly string[]
}

/** What a subtask goes on with. */
export interface RestoredFolders {
  readonly watched: readonly WatchedFolder[]
  /** Every subtask watches its own share of these: splits that name them are of no use any more. */
  readonly sharedPaths: ReadonlySet<string>
}

/** element := JSON in UTF-8, as below; all subtasks get all of them. In version 1 each had its own and no `owner`. */
interface Element extends WatchedFolder {
  readonly v: number
  readonly owner: number
  readonly parallelism: number
  readonly isShared: boolean
}

type Place = Pick<OperatorContext, 'subtaskIndex' | 'parallelism'>

export function folderState(
  watched: readonly WatchedFolder[],
  {subtaskIndex, parallelism}: Place,
  sharedPaths: ReadonlySet<string>,
): OperatorListState {
  const elements = watched.map(({split, taken}): Element => {
    return {v: VERSION, split, taken, owner: subtaskIndex, parallelism, isShared: sharedPaths.has(split.path)}
  })
  return {
    name: NAME,
    distribution: 'union',
    elements: elements.map((element) => new TextEncoder().encode(JSON.stringify(element))),
  }
}

/**
 * At the parallelism at which it was written, each subtask goes on with what it watched. At another the shares are divided anew, and nobody needs the
 * splits that were not handed out: they divide a folder among another number of subtasks, so that files would belong to two.
 */
export function restoredFolders(
  restored: OperatorContext['restored'],
  {subtaskIndex, parallelism}: Place,
): RestoredFolders {
  const elements = (restored?.lists.find(({name}) => name === NAME)?.elements ?? []).map(
    (element) => JSON.parse(new TextDecoder().decode(element)) as Element,
  )
  if (elements.every((element) => element.v < VERSION)) return {watched: elements, sharedPaths: new Set()}
  if (elements.every((element) => element.parallelism === parallelism)) {
    const shared = elements.filter(({isShared}) => isShared).map(({split}) => split.path)
    return {watched: elements.filter(({owner}) => owner === subtaskIndex), sharedPaths: new Set(shared)}
  }
  const byPath = new Map(elements.map(({split}) => [split.path, split]))
  const watched = [...byPath].map(([path, split]) => ({
    split: {...split, index: subtaskIndex, count: parallelism},
    taken: elements.filter((element) => element.split.path === path).flatMap(({taken}) => taken),
  }))
  return {watched, sharedPaths: new Set(byPath.keys())}
}
