export * from './specs.js'
