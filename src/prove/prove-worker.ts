import {parentPort, workerData} from 'node:worker_threads'
import {FtsError} from '../core/index.js'
import type {ProofSubject} from './proof-subject.js'
import {Prover} from './prover.js'
import type {FromWorker, ToWorker} from './worker-messages.js'

// The entry of a thread that runs schedules. Promises of a program that nobody waits for may fail here as they like: what fails a run is in its result.
process.on('unhandledRejection', () => {})
process.setSourceMapsEnabled(true)

const port = parentPort!
let prover: Promise<Prover | undefined> | undefined

port.on('message', (message: ToWorker) => {
  void answer(message).then(
    (one) => port.postMessage(one),
    (error) => port.postMessage({kind: 'failed', error: FtsError.from(error).toData()} satisfies FromWorker),
  )
})

async function answer(message: ToWorker): Promise<FromWorker> {
  prover ??= Prover.load(workerData as ProofSubject)
  const one = await prover
  if (one === undefined) return {kind: 'surveyed', survey: undefined}
  switch (message.kind) {
    case 'survey':
      return {kind: 'surveyed', survey: await one.survey()}
    case 'run': {
      one.adopt(message.survey)
      const reports = []
      for (const seed of message.seeds) reports.push(await one.tryRun(seed))
      return {kind: 'ran', reports}
    }
    case 'explain':
      one.adopt(message.survey)
      return {kind: 'explained', story: await one.explain(message.seed)}
  }
}
