import type {FolderWatch} from './folder-monitor.js'

/** What the split of a watched folder says, plain data: a `program` split. There are as many as subtasks, `index` of `count`. */
export interface FolderSplit extends FolderWatch {
  /** Time between two looks; a file is read after the second look that finds it unchanged. */
  readonly intervalMs: number
}
