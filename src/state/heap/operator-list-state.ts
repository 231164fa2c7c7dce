import type {ListState} from '../states.js'
import {SharedList} from './shared-list.js'

/** A list of an operator subtask, of no key. */
export class OperatorListState<T> implements ListState<T> {
  private list = new SharedList<T>([])

  get(): readonly T[] {
    return this.list.snapshot()
  }

  add(value: T): void {
    this.list.add(value)
  }

  addAll(values: Iterable<T>): void {
    this.list.addAll(values)
  }

  update(values: Iterable<T>): void {
    this.list = new SharedList(values)
  }

  clear(): void {
    this.list = new SharedList<T>([])
  }
}
