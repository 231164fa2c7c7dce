export * from './batch.js'
export * from './word-kernel.js'
