export * from './option.js'
export * from './options.js'
