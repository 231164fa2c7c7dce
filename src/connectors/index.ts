export * from './sinks/index.js'
export * from './sources/index.js'
