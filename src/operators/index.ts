export * from './config-reader.js'
export * from './operator.js'
export * from './words/word-operator-factories.js'
