import type {OperatorListState, RestoredOperatorState} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {OperatorContext, OperatorSnapshot} from '../../src/operators/index.js'

/** A context for a source or a sink that is driven by hand; failures are kept and thrown by `check`. */
export class ConnectorContext {
  readonly metrics = new TaskMetrics()
  private failure: unknown
  private woken = () => {}

  constructor(
    private readonly restoredLists?: readonly OperatorListState[],
    private readonly takesCheckpoints = false,
  ) {}

  get context(): OperatorContext {
    const restored = {operatorId: 'op', keyed: [], lists: this.restoredLists ?? []} as unknown as RestoredOperatorState
    return {
      operatorName: 'op',
      displayName: 'under test',
      subtaskIndex: 0,
      parallelism: 1,
      metrics: this.metrics,
      nowMs: () => 0,
      wake: () => this.woken(),
      fail: (error: unknown) => {
        this.failure = error
        this.woken()
      },
      report: () => {},
      ...(this.takesCheckpoints ? {checkpointMode: 'exactlyOnce'} : {}),
      ...(this.restoredLists === undefined ? {} : {restored}),
    } as unknown as OperatorContext
  }

  check(): void {
    if (this.failure !== undefined) throw this.failure
  }

  /** Calls `attempt` now and after each wake until it answers true. */
  async until(attempt: () => boolean): Promise<void> {
    for (;;) {
      const wake = new Promise<void>((resolve) => {
        this.woken = resolve
      })
      if (attempt()) return
      await wake
      this.check()
    }
  }
}

/** The lists of a snapshot, as a new attempt is given them. */
export function listsOf(snapshot: OperatorSnapshot): readonly OperatorListState[] {
  return (snapshot.lists ?? []).map((list) => ({...list, elements: list.elements.map((one) => one.slice())}))
}
