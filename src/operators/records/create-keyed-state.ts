import {keyGroupRangeOf} from '../../core/index.js'
import {HeapKeyedStateBackend, type LocalKeyedStateBackend} from '../../state/index.js'
import type {OperatorContext} from '../operator.js'

/** The keyed state of an operator's subtask. */
export function createKeyedState(context: OperatorContext): LocalKeyedStateBackend {
  const {processingTime, subtaskIndex, parallelism, maxParallelism} = context
  return new HeapKeyedStateBackend({
    operatorName: context.displayName ?? context.operatorName,
    maxParallelism,
    keyGroupRange: keyGroupRangeOf(subtaskIndex, parallelism, maxParallelism),
    nowMs: processingTime === undefined ? () => context.nowMs() : () => processingTime.now(),
  })
}
