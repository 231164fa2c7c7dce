export {barrierOf} from './barrier-of.js'
export {TaskExecutor} from './task-executor.js'
export type {CheckpointMessage, TaskExecutorEffect} from './task-executor-effect.js'
export type {TaskExecutorEvent} from './task-executor-event.js'
