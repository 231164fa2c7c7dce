export * from './io-manager.js'
