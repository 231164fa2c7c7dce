import {ReducingStateDescriptor} from '../../../state/index.js'

/** When a continuous trigger fires next; of windows that merge, the first of all. Source: Flink 2.3 ContinuousEventTimeTrigger. */
export const FIRE_TIME = new ReducingStateDescriptor<number>('fire-time', (a, b) => Math.min(a, b))
