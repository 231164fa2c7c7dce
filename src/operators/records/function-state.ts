import type {OperatorListState} from '../../core/index.js'
import {HeapOperatorStateStore, type KeyedStateStore, type OperatorStateStore} from '../../state/index.js'
import type {CheckpointedFunction, CheckpointListener, FunctionInitializationContext} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import type {SnapshotRequest} from '../snapshots.js'

/** Lists of the function's own stand beside those of its operator. */
const PREFIX = 'function/'

type Checkpointed = Partial<CheckpointedFunction & CheckpointListener>

/** State of one operator's function that belongs to no key. Created for functions that have any of the methods only. */
export class FunctionState {
  private readonly store = new HeapOperatorStateStore()

  constructor(
    private readonly checkpointed: Checkpointed,
    private readonly context: OperatorContext,
  ) {}

  static of(rich: object | undefined, context: OperatorContext): FunctionState | undefined {
    const checkpointed = rich as Checkpointed | undefined
    const isOne = METHODS.some((name) => typeof checkpointed?.[name] === 'function')
    return isOne ? new FunctionState(checkpointed!, context) : undefined
  }

  initialize(keyed: KeyedStateStore): void {
    this.store.restore(functionLists(this.context.restored?.lists ?? []))
    this.checkpointed.initializeState?.(this.initialization(keyed))
  }

  snapshot({checkpointId, timestampMs}: SnapshotRequest): readonly OperatorListState[] {
    this.checkpointed.snapshotState?.({
      getCheckpointId: () => checkpointId,
      getCheckpointTimestamp: () => timestampMs,
    })
    return this.store.snapshot().map((list) => ({...list, name: `${PREFIX}${list.name}`}))
  }

  completed(checkpointId: number): void {
    this.checkpointed.notifyCheckpointComplete?.(checkpointId)
  }

  aborted(checkpointId: number): void {
    this.checkpointed.notifyCheckpointAborted?.(checkpointId)
  }

  private initialization(keyed: KeyedStateStore): FunctionInitializationContext {
    const {restoredCheckpointId, restored} = this.context
    return {
      isRestored: () => restoredCheckpointId !== undefined || restored !== undefined,
      getRestoredCheckpointId: () => restoredCheckpointId,
      getOperatorStateStore: (): OperatorStateStore => this.store,
      getKeyedStateStore: () => keyed,
    }
  }
}

const METHODS = ['initializeState', 'snapshotState', 'notifyCheckpointComplete', 'notifyCheckpointAborted'] as const

/** Of restored lists those that are the operator's own, and not its function's. */
export function operatorLists(lists: readonly OperatorListState[]): readonly OperatorListState[] {
  return lists.filter(({name}) => !name.startsWith(PREFIX))
}

function functionLists(lists: readonly OperatorListState[]): readonly OperatorListState[] {
  return lists
    .filter(({name}) => name.startsWith(PREFIX))
    .map((list) => ({...list, name: list.name.slice(PREFIX.length)}))
}
