export {temporaryPathOf} from './file-target.js'
export {sinkFactories} from './sink-factories.js'
export type {SinkTargetSpec} from './sink-target.js'
