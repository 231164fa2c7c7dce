import {parentPort, workerData} from 'node:worker_threads'
import {assert} from '../core/index.js'
import {SlotHost} from './slot-host.js'

// The entry of a slot's thread, a bundle of its own.
assert(parentPort !== null, 'a slot runs in a worker thread')
const port = parentPort
const host = new SlotHost(workerData, (message) => port.postMessage(message))
port.on('message', (message) => host.receive(message))
