export * from './contract.js'
export {slotOperators} from './slot-operators.js'
export {SlotRunner} from './slot-runner.js'
export {Task, type TaskOptions} from './task.js'
