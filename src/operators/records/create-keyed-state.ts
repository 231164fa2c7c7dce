import {keyGroupRangeOf} from '../../core/index.js'
import {HeapKeyedStateBackend, type LocalKeyedStateBackend, StoredKeyedStateBackend} from '../../state/index.js'
import type {OperatorContext} from '../operator.js'

/** The keyed state of an operator's subtask: in memory, or in the slot's store where it has one. */
export function createKeyedState(context: OperatorContext): LocalKeyedStateBackend {
  const {processingTime, subtaskIndex, parallelism, maxParallelism, stateStorage: storage} = context
  const options = {
    operatorName: context.displayName ?? context.operatorName,
    maxParallelism,
    keyGroupRange: keyGroupRangeOf(subtaskIndex, parallelism, maxParallelism),
    nowMs: processingTime === undefined ? () => context.nowMs() : () => processingTime.now(),
  }
  if (storage === undefined) return new HeapKeyedStateBackend(options)
  return new StoredKeyedStateBackend({...options, storage})
}
