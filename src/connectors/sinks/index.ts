export {temporaryPathOf} from './file-target.js'
export * from './files/index.js'
export {sinkFactories} from './sink-factories.js'
export type {SinkTargetSpec, SocketTargetOptions} from './sink-target.js'
