export * from './contract.js'
export {
  createShuffleEnvironment,
  type ShuffleCodec,
  type ShuffleEnvironmentOptions,
} from './create-shuffle-environment.js'
export {NetworkBufferPool, type NetworkBufferPoolOptions} from './network-buffer-pool.js'
export * from './transport.js'
export {UnixSocketTransport} from './unix-socket-transport.js'
