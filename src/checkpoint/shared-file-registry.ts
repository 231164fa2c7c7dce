import type {StateFileHandle} from '../core/index.js'

/** A file that nobody needs is kept for so many completed checkpoints more: a slow task may still build upon it. */
const COMPLETIONS_KEPT = 2

/** How many deleted names are remembered; an acknowledgement that comes later than that has long been too late. */
const DELETED_MAX = 10_000

/**
 * Counts who needs which shared file: acknowledgements of pending checkpoints and retained checkpoints. A file that nobody needs any
 * more is handed out for deletion once two later checkpoints have completed: a subtask builds on the latest checkpoint it has
 * heard of, and the news of a completion may reach it after the next barrier.
 *
 * Only files below the job's own shared folder are counted: those of the checkpoint that the job was restored from are not ours.
 */
export class SharedFileRegistry {
  private readonly users = new Map<string, number>()
  /** Files without users, with the number of completions they still wait for. */
  private readonly unneeded = new Map<string, number>()

  /** Handed out for deletion, the last DELETED_MAX of them. */
  private readonly deleted = new Set<string>()

  constructor(private readonly sharedFolder: string) {}

  /** The first file that has been deleted already, or undefined: then all are counted. */
  register(files: readonly StateFileHandle[]): string | undefined {
    const own = this.own(files)
    const gone = own.find((path) => this.deleted.has(path))
    if (gone !== undefined) return gone
    for (const path of own) {
      this.users.set(path, (this.users.get(path) ?? 0) + 1)
      this.unneeded.delete(path)
    }
    return undefined
  }

  unregister(files: readonly StateFileHandle[]): void {
    for (const path of this.own(files)) {
      const left = this.users.get(path)! - 1
      if (left > 0) this.users.set(path, left)
      else {
        this.users.delete(path)
        this.unneeded.set(path, COMPLETIONS_KEPT)
      }
    }
  }

  /** A checkpoint has completed: what may be deleted now. */
  completed(): readonly string[] {
    const paths: string[] = []
    for (const [path, completions] of this.unneeded) {
      if (completions > 0) this.unneeded.set(path, completions - 1)
      else paths.push(path)
    }
    for (const path of paths) {
      this.unneeded.delete(path)
      this.deleted.add(path)
    }
    for (const path of this.deleted) if (this.deleted.size > DELETED_MAX) this.deleted.delete(path)
    return paths
  }

  private own(files: readonly StateFileHandle[]): string[] {
    return files.map(({path}) => path).filter((path) => path.startsWith(`${this.sharedFolder}/`))
  }
}
