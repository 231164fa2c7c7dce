export * from './batch-serializer.js'
export * from './create-batch-deserializer.js'
export * from './create-batch-serializer.js'
export * from './hash-key.js'
