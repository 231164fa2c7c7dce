/** A savepoint that somebody asks for. */
export interface SavepointRequest {
  readonly requestId: number
  /** Its own folder, absolute, which is not there yet. */
  readonly folder: string
  /** `suspend` or `drain`: the job ends when the savepoint is there. */
  readonly thenStop?: 'suspend' | 'drain'
}
