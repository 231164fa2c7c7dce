export * from './formats/index.js'
export * from './program/index.js'
export * from './sinks/index.js'
export * from './sources/index.js'
