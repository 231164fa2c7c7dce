export * from './memory-manager.js'
