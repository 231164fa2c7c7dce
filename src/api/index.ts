export * from './discard-unfinished-output.js'
export * from './plan-word-count.js'
export * from './word-count-options.js'
