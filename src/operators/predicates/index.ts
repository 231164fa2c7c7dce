export * from './field-predicate.js'
export * from './predicate-of.js'
