/**
 * Goal: the output goes to a TCP server byte for byte; a server that is not there yet is waited for, one that leaves is an error.
 * Method: real servers on ports of the system's choice; retries by timers that the test moves.
 */
import {once} from 'node:events'
import {type AddressInfo, createServer, type Server, type Socket} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {BytesSink} from '../../../../src/connectors/sinks/bytes-sink.js'
import {ManualTimers} from '../../../support/manual-timers.js'
import {SinkDriver} from '../../../support/sink-driver.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(port = 0, onConnection: (socket: Socket) => void = () => {}) {
  const server = createServer({allowHalfOpen: true}, onConnection)
  servers.push(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {server, port: (server.address() as AddressInfo).port}
}

/** All that the next connection sends until it ends. */
async function received(server: Server): Promise<string> {
  const [socket] = (await once(server, 'connection')) as [Socket]
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'end')
  socket.end()
  return text
}

function sink(port: number, maxRetries = 0, timers = new ManualTimers()): SinkDriver {
  const target = {kind: 'socket', host: '127.0.0.1', port, maxRetries, retryDelayMs: 500} as const
  return new SinkDriver(new BytesSink({target, header: 'head\n', pendingBytesMax: 1024}, timers)).open()
}

/** A port at which nobody listens, for the moment. */
async function freePort(): Promise<number> {
  const {server, port} = await listen()
  server.close()
  await once(server, 'close')
  return port
}

describe('a socket as target of sink.bytes', () => {
  it('gets everything, and the end', async () => {
    const {server, port} = await listen()
    const text = received(server)
    const driver = sink(port)
    const lines = Array.from({length: 2000}, (_, index) => `line ${index}\n`)
    for (const line of lines) await driver.text(line)
    await driver.finish()
    driver.close()
    expect(await text).toBe(`head\n${lines.join('')}`)
  })

  it('is waited for', async () => {
    const port = await freePort()
    const timers = new ManualTimers()
    const driver = sink(port, 2, timers)
    await driver.text('a\n')
    while (timers.count === 0) await new Promise((resolve) => setImmediate(resolve))
    const {server} = await listen(port)
    const text = received(server)
    timers.advance(500)
    await driver.finish()
    driver.close()
    expect(await text).toBe('head\na\n')
  })

  it('is an error where nobody listens', async () => {
    const port = await freePort()
    const driver = sink(port)
    await expect(driver.finish()).rejects.toThrow(`cannot write to 127.0.0.1:${port}: nobody listens there (1 attempt)`)
    driver.close()
  })

  it('is an error when it leaves, not a quiet end', async () => {
    const {port} = await listen(0, (socket) => socket.once('data', () => socket.resetAndDestroy()))
    const driver = sink(port)
    const write = async () => {
      for (;;) await driver.text(`${'x'.repeat(1000)}\n`)
    }
    await expect(write()).rejects.toMatchObject({code: 'FTS_SOCKET_BROKEN', kind: 'restartable'})
    driver.close()
  })
})
