import type {RuntimeContext} from '../../functions/index.js'

/** Keyed state by descriptor. Ask for a state each time: it is about the current key and window. */
export type KeyedStateStore = Pick<
  RuntimeContext,
  'getState' | 'getListState' | 'getMapState' | 'getReducingState' | 'getAggregatingState'
>
