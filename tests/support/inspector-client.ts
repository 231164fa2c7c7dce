import {randomBytes} from 'node:crypto'
import {connect, type Socket} from 'node:net'

interface InspectorMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
}

/** A debugger's end of Node's inspector protocol: JSON messages in WebSocket frames of text. */
export class InspectorClient {
  private buffered = Buffer.alloc(0)
  private isUpgraded = false
  private nextId = 1
  private readonly heard: InspectorMessage[] = []
  private readonly waiting = new Set<() => void>()

  private constructor(private readonly socket: Socket) {
    // Everything that waits listens for the end.
    socket.setMaxListeners(0)
    socket.on('data', (bytes) => this.received(bytes))
  }

  /** `url` is what Node prints: `ws://127.0.0.1:9230/…`. */
  static async connect(url: string): Promise<InspectorClient> {
    const {hostname, port, pathname, host} = new URL(url)
    const client = new InspectorClient(connect(Number(port), hostname))
    const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket']
    const key = `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`
    client.socket.write(`${[...lines, key, 'Sec-WebSocket-Version: 13'].join('\r\n')}\r\n\r\n`)
    await client.until(() => client.isUpgraded)
    return client
  }

  /** Sends a command and waits for its answer. */
  async send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = this.nextId++
    this.write(JSON.stringify({id, method, params}))
    await this.until(() => this.heard.some((message) => message.id === id))
    return this.heard.find((message) => message.id === id)?.result ?? {}
  }

  /** The parameters of the first event of this name, past or to come, for which the condition holds. */
  async event(
    method: string,
    holds: (params: Readonly<Record<string, unknown>>) => boolean = () => true,
  ): Promise<Readonly<Record<string, unknown>>> {
    const find = () => this.heard.find((message) => message.method === method && holds(message.params ?? {}))
    await this.until(() => find() !== undefined)
    const found = find()!
    this.heard.splice(this.heard.indexOf(found), 1)
    return found.params ?? {}
  }

  close(): void {
    this.socket.destroy()
  }

  private until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return
        this.waiting.delete(check)
        resolve()
      }
      this.waiting.add(check)
      this.socket.once('close', () => reject(new Error('the inspector has closed the connection')))
      check()
    })
  }

  private received(bytes: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, bytes])
    if (!this.isUpgraded) this.readUpgrade()
    while (this.isUpgraded && this.readFrame());
    for (const check of [...this.waiting]) check()
  }

  private readUpgrade(): void {
    const end = this.buffered.indexOf('\r\n\r\n')
    if (end < 0) return
    this.isUpgraded = true
    this.buffered = this.buffered.subarray(end + 4)
  }

  private readFrame(): boolean {
    const {buffered} = this
    if (buffered.length < 2) return false
    const short = buffered[1] & 0x7f
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    if (buffered.length < head) return false
    const length =
      short === 126 ? buffered.readUInt16BE(2) : short === 127 ? Number(buffered.readBigUInt64BE(2)) : short
    if (buffered.length < head + length) return false
    this.buffered = buffered.subarray(head + length)
    if ((buffered[0] & 0x0f) === 1) this.heard.push(JSON.parse(buffered.toString('utf8', head, head + length)))
    return true
  }

  /** Frames of a client are masked; a mask of zeros changes nothing. */
  private write(text: string): void {
    const payload = Buffer.from(text)
    const head = Buffer.alloc(payload.length < 126 ? 6 : 8)
    head[0] = 0x81
    if (payload.length < 126) head[1] = 0x80 | payload.length
    else {
      head[1] = 0x80 | 126
      head.writeUInt16BE(payload.length, 2)
    }
    this.socket.write(Buffer.concat([head, payload]))
  }
}
