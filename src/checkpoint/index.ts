export * from './state-files.js'
