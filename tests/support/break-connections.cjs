// Preloaded into the processes of fts by the tests of broken connections: in the threads of slots it keeps the sockets of the shuffle, and destroys those of one
// side when BREAK_FILE holds another order than before: "<number> consumer" or "<number> producer". What was destroyed is a line in BREAK_LOG.
const {appendFileSync, readFileSync} = require('node:fs')
const net = require('node:net')
const {isMainThread} = require('node:worker_threads')

const LOOK_EVERY_MS = 10
const SLOT_SOCKET = /\/tm-\d+-\d+\.sock$/

if (!isMainThread && process.env.BREAK_FILE !== undefined) {
  const sockets = {consumer: new Set(), producer: new Set()}
  keepConnections(sockets.consumer)
  keepAccepted(sockets.producer)
  let done = ''
  setInterval(() => {
    const order = orderNow()
    if (order === done) return
    done = order
    const broken = [...(sockets[order.split(' ')[1]] ?? [])]
    if (broken.length > 0) appendFileSync(process.env.BREAK_LOG, `${order} ${broken.length}\n`)
    for (const socket of broken) socket.destroy()
  }, LOOK_EVERY_MS).unref()
}

function orderNow() {
  try {
    return readFileSync(process.env.BREAK_FILE, 'utf8')
  } catch {
    return ''
  }
}

function keepConnections(kept) {
  const {connect} = net
  net.connect = (...args) => {
    const socket = connect(...args)
    if (SLOT_SOCKET.test(args[0]?.path ?? '')) keep(kept, socket)
    return socket
  }
}

function keepAccepted(kept) {
  const {createServer} = net
  net.createServer = (...args) => {
    const server = createServer(...args)
    server.on('connection', (socket) => {
      if (SLOT_SOCKET.test(String(server.address()))) keep(kept, socket)
    })
    return server
  }
}

function keep(kept, socket) {
  kept.add(socket)
  socket.once('close', () => kept.delete(socket))
}
