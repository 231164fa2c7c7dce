export * from './config-reader.js'
export * from './functions/index.js'
export * from './operator.js'
export * from './words/word-operator-factories.js'
