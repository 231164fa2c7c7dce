export {OUTPUT_CLOSED, TASK_MANAGER_LOST} from './failure-cause.js'
export * from './main.js'
export {SplitAssigner, type SplitGrant} from './split-assigner.js'
export type {ProcessExit} from './task-manager-record.js'
