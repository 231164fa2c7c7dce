export * from './batch.js'
