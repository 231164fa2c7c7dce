/** How a command that runs a job shows what goes on. */
export interface JobFlags {
  /** Absent: the screen where stderr is a terminal. */
  readonly tui: boolean | undefined
  /** The summary as one line of JSON on stderr. */
  readonly json: boolean
  readonly verbose: boolean
  /** Of a job that ends well nothing is said but what went wrong with its input. Default: false. */
  readonly quiet?: boolean
}
