import {Worker} from 'node:worker_threads'
import {FtsError} from '../core/index.js'
import {NodeTimers} from '../platform/index.js'
import type {ProofSubject} from './proof-subject.js'
import type {FromWorker, ToWorker} from './worker-messages.js'

/** A thread that runs schedules. Real time in which it must answer: a program that never comes back stops the proof, not the user. */
const ANSWER_MS_MAX = 120_000

/** One thread with a prover of its own: each load of the program stays in its memory, so threads are replaced from time to time. */
export class ProveThread {
  private readonly worker: Worker
  private readonly timers = new NodeTimers()
  private answered: (answer: FromWorker | FtsError) => void = () => {}

  constructor(subject: ProofSubject) {
    this.worker = new Worker(new URL('./prove-worker.js', import.meta.url), {
      workerData: subject,
      // What a program prints in a thousand runs is not for anybody.
      stdout: true,
      stderr: true,
    })
    for (const stream of [this.worker.stdout, this.worker.stderr]) stream.resume()
    this.worker.on('message', (answer: FromWorker) => this.answered(answer))
    this.worker.on('error', (error) => this.answered(threadEnded(error)))
    this.worker.on('exit', () => this.answered(threadEnded(undefined)))
  }

  /** Errors: those of the prover; `restartable` FTS_PROVE_STUCK, FTS_PROVE_THREAD. */
  ask<Kind extends FromWorker['kind']>(message: ToWorker, kind: Kind): Promise<Extract<FromWorker, {kind: Kind}>> {
    return new Promise((resolve, reject) => {
      const timer = this.timers.after(ANSWER_MS_MAX, () => this.answered(stuck()))
      this.answered = (answer) => {
        timer.cancel()
        if (answer instanceof FtsError) reject(answer)
        else if (answer.kind === 'failed') reject(FtsError.fromData(answer.error))
        else if (answer.kind === kind) resolve(answer as Extract<FromWorker, {kind: Kind}>)
      }
      this.worker.postMessage(message)
    })
  }

  end(): Promise<unknown> {
    this.answered = () => {}
    return this.worker.terminate()
  }
}

function stuck(): FtsError {
  return new FtsError(
    'restartable',
    'FTS_PROVE_STUCK',
    `some runs did not end within ${ANSWER_MS_MAX / 1000} s`,
    {},
    {tryThis: 'Give the job a smaller sample. A function of the program that never returns looks the same.'},
  )
}

function threadEnded(cause: unknown): FtsError {
  const message = cause instanceof Error ? cause.message : 'it called process.exit, perhaps'
  return new FtsError(
    'restartable',
    'FTS_PROVE_THREAD',
    `the thread in which the job ran has ended: ${message}`,
    {},
    {cause},
  )
}
