// Goal: Unix sockets carry bytes in order, say why they cannot be had, and leave no file behind.
// Method: real sockets in a temporary folder; everything is awaited through callbacks.
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type Connection, NodeNet, SOCKET_PATH_BYTES_MAX} from '../../../src/platform/index.js'

let folder: string
const net = new NodeNet()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-net-'))
})

afterEach(() => rmSync(folder, {recursive: true}))

function textUntilClose(connection: Connection): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    connection.onData((bytes) => {
      text += Buffer.from(bytes).toString()
    })
    connection.onClose(() => resolve(text))
  })
}

describe('NodeNet', () => {
  it('delivers what was sent before close, in order, and then tells of the close', async () => {
    const path = join(folder, 'a.sock')
    let received: Promise<string> | undefined
    const accepted = new Promise<void>((resolve) => {
      void net
        .listen(path, (connection) => {
          received = textUntilClose(connection)
          resolve()
        })
        .then(async (listener) => {
          const connection = await net.connect(path)
          for (let i = 0; i < 1000; i++) connection.send(Buffer.from(`${i},`))
          connection.close()
          connection.send(Buffer.from('too late'))
          await received
          await listener.close()
        })
    })
    await accepted
    expect(await received).toBe(Array.from({length: 1000}, (_, i) => `${i},`).join(''))
  })

  it('keeps data that comes before anybody listens for it', async () => {
    const path = join(folder, 'b.sock')
    const accepted = new Promise<Connection>((resolve) => {
      void net.listen(path, resolve)
    })
    const connection = await net.connect(path)
    connection.send(Buffer.from('early'))
    connection.close()
    expect(await textUntilClose(await accepted)).toBe('early')
  })

  it('closes the connections of a listener that closes, and removes its file', async () => {
    const path = join(folder, 'c.sock')
    const listener = await net.listen(path, () => {})
    const connection = await net.connect(path)
    const closed = textUntilClose(connection)
    await listener.close()
    expect(await closed).toBe('')
    expect(existsSync(path)).toBe(false)
  })

  it('says where nobody listens', async () => {
    const path = join(folder, 'nobody.sock')
    await expect(net.connect(path)).rejects.toMatchObject({
      kind: 'restartable',
      code: 'FTS_SOCKET_CONNECT',
      message: expect.stringContaining(`cannot connect to the socket ${path}`),
      details: {path, systemCode: 'ENOENT'},
    })
  })

  it('refuses a second listener', async () => {
    const path = join(folder, 'd.sock')
    const listener = await net.listen(path, () => {})
    await expect(net.listen(path, () => {})).rejects.toMatchObject({code: 'FTS_SOCKET_LISTEN'})
    await listener.close()
  })

  it('refuses a path that the system would cut', async () => {
    const path = join(folder, 'x'.repeat(SOCKET_PATH_BYTES_MAX))
    await expect(net.listen(path, () => {})).rejects.toMatchObject({kind: 'user', code: 'FTS_SOCKET_PATH'})
  })
})
