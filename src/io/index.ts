export * from './io-manager.js'
export * from './node-io-manager.js'
export type {SpillFileSystem, Transfer, TransferDone} from './spill-file-system.js'
