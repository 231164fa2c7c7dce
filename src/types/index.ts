export * from './batch-serializer.js'
