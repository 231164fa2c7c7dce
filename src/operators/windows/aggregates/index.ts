export * from './count-aggregate.js'
export * from './sum-aggregate.js'
