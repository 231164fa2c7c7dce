export * from './contract.js'
export {SlotRunner} from './slot-runner.js'
