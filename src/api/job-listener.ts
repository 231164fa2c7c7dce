import type {JobExecutionResult} from './job-execution-result.js'
import type {JobClient} from './program-host.js'

/** Hears of a program's jobs, see `env.registerJobListener`. Exactly one of the two arguments is there. What it throws fails the call of `execute`. */
export interface JobListener {
  onJobSubmitted?(client: JobClient | undefined, error: unknown): void
  onJobExecuted?(result: JobExecutionResult | undefined, error: unknown): void
}

/** Submits a job and tells listeners of it. */
export async function heardBy(listeners: readonly JobListener[], submit: () => Promise<JobClient>): Promise<JobClient> {
  let client: JobClient
  try {
    client = await submit()
  } catch (error) {
    for (const listener of listeners) listener.onJobSubmitted?.(undefined, error)
    throw error
  }
  for (const listener of listeners) listener.onJobSubmitted?.(client, undefined)
  return listeners.length === 0
    ? client
    : {...client, cancel: () => client.cancel(), result: heardEnd(listeners, client)}
}

function heardEnd(listeners: readonly JobListener[], {result}: JobClient): Promise<JobExecutionResult> {
  const heard = result.then(
    (ended) => {
      for (const listener of listeners) listener.onJobExecuted?.(ended, undefined)
      return ended
    },
    (error) => {
      for (const listener of listeners) listener.onJobExecuted?.(undefined, error)
      throw error
    },
  )
  // Not every program asks how its job ended.
  heard.catch(() => {})
  return heard
}
