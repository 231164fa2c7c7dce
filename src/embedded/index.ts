export * from './embedded-program-host.js'
