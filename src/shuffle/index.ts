export * from './contract.js'
export {
  createShuffleEnvironment,
  type ShuffleCodec,
  type ShuffleEnvironmentOptions,
} from './create-shuffle-environment.js'
export {encodeInFlight, IN_FLIGHT_FORMAT, IN_FLIGHT_HEAD} from './in-flight-file.js'
export {NetworkBufferPool, type NetworkBufferPoolOptions} from './network-buffer-pool.js'
export * from './transport.js'
export {UnixSocketTransport} from './unix-socket-transport.js'
