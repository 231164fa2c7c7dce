// A slot's thread that does what the name of its TaskManager says; speaks the messages of src/taskmanager/slot-message.ts.
const {parentPort} = require('node:worker_threads')

const hoard = []
const behaviours = {
  exits: () => process.exit(3),
  throws: () => {
    throw new Error('a bug in user code')
  },
  hoards: () => {
    for (;;) hoard.push(Array.from({length: 1000}, (_, i) => ({i})))
  },
}

let name = ''
parentPort.on('message', (message) => {
  if (message.kind === 'start') {
    name = message.settings.taskManagerId
    if (name === 'dies at start') process.exit(1)
    if (name === 'fails at start') {
      const error = {kind: 'user', code: 'FTS_X', message: 'a wrong setting', details: {}}
      parentPort.postMessage({kind: 'failed', error})
    } else parentPort.postMessage({kind: 'ready', initialisationMs: 1 + message.settings.slotIndex})
  } else if (message.kind === 'deploy') behaviours[name]()
  else if (message.kind === 'close') parentPort.postMessage({kind: 'closed', hasPendingCalls: name === 'reads'})
})
