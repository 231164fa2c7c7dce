// Goal: a program's own sink gets each record once and in order, and commits in two phases: what is prepared is in the checkpoint, and seen when that is complete.
// Method: the operator is driven as a task drives it, with writers that answer at once and writers that answer promises; restores begin with the lists of a snapshot.
import {describe, expect, it} from 'vitest'
import {ProgramSink, type SinkObject} from '../../../../src/connectors/index.js'
import {ConnectorContext, listsOf} from '../../../support/connector-context.js'

type Lists = ReturnType<typeof listsOf>

/** A sink that gathers records into transactions of numbered names, `committed` by the committer. */
class Transactions {
  readonly calls: string[] = []
  readonly committed = new Map<string, readonly unknown[]>()
  private readonly staged = new Map<string, readonly unknown[]>()

  constructor(private readonly answer: <R>(result: R) => R | Promise<R> = (result) => result) {}

  get sink(): SinkObject<unknown, string> {
    return {
      createWriter: ({restoredStates}) => this.answer(this.writer(restoredStates)),
      createCommitter: () => ({
        commit: (names) => {
          this.calls.push(`commit ${names.join()}`)
          for (const name of names) this.committed.set(name, this.staged.get(name) ?? [])
          return this.answer(undefined)
        },
        close: () => this.calls.push('committer closed'),
      }),
    }
  }

  private writer(restoredStates: readonly unknown[]) {
    let open: unknown[] = []
    let number = restoredStates.length === 0 ? 0 : Number(restoredStates[0])
    return {
      write: (value: unknown) => this.answer(void open.push(value)),
      flush: (endOfInput: boolean) => this.answer(void this.calls.push(endOfInput ? 'flush at the end' : 'flush')),
      prepareCommit: () => {
        const name = `t${number++}`
        this.staged.set(name, open)
        open = []
        return this.answer([name])
      },
      snapshotState: () => [number],
      close: () => this.calls.push('closed'),
    }
  }
}

class Driver {
  readonly context: ConnectorContext
  readonly operator: ProgramSink<unknown>

  constructor(sink: SinkObject<unknown, string>, lists?: Lists, takesCheckpoints = true) {
    this.context = new ConnectorContext(lists, takesCheckpoints)
    this.operator = new ProgramSink(sink)
    this.operator.open(this.context.context)
  }

  async give(...values: unknown[]): Promise<void> {
    await this.context.until(() => this.operator.drain())
    this.operator.processBatch({kind: 'objects', rowCount: values.length, values})
    await this.context.until(() => this.operator.drain())
  }

  async checkpoint(checkpointId: number): Promise<Lists> {
    await this.context.until(() => this.operator.prepareSnapshot(checkpointId))
    return listsOf(this.operator.snapshotState({checkpointId, timestampMs: 0, options: {} as never}))
  }

  async complete(checkpointId: number): Promise<void> {
    this.operator.checkpointCompleted(checkpointId)
    await this.settled()
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
    this.context.check()
  }

  async finish(): Promise<void> {
    await this.context.until(() => this.operator.finish())
  }
}

describe.each([
  ['at once', <R>(result: R) => result],
  ['with promises', <R>(result: R) => new Promise<R>((resolve) => setImmediate(() => resolve(result)))],
])('a two-phase sink that answers %s', (_, answer) => {
  it('without checkpoints commits when the input has ended', async () => {
    const transactions = new Transactions(answer)
    const driver = new Driver(transactions.sink, undefined, false)
    await driver.give(1, 2)
    await driver.give(3)
    expect(transactions.committed.size).toBe(0)
    await driver.finish()
    driver.operator.close()
    expect([...transactions.committed]).toEqual([['t0', [1, 2, 3]]])
    expect(transactions.calls).toEqual(['flush at the end', 'commit t0', 'closed', 'committer closed'])
  })

  it.each(['begun', 'prepared'] as const)(
    'forgets nothing of a checkpoint that is given up when it is %s',
    async (howFar) => {
      const transactions = new Transactions(answer)
      const driver = new Driver(transactions.sink)
      const giveUp = async (checkpointId: number) => {
        if (howFar === 'begun') driver.operator.prepareSnapshot(checkpointId)
        else await driver.context.until(() => driver.operator.prepareSnapshot(checkpointId))
      }
      await driver.give(1)
      await giveUp(1)
      await driver.give(2)
      await driver.checkpoint(2)
      await driver.complete(2)
      expect([...transactions.committed.values()].flat()).toEqual([1, 2])
      await giveUp(3)
      await driver.give(3)
      await driver.finish()
      expect(transactions.calls).toContain('flush at the end')
      await driver.checkpoint(4)
      await driver.complete(4)
      expect([...transactions.committed.values()].flat()).toEqual([1, 2, 3])
    },
  )

  it('commits what a checkpoint contains when it is complete, and the one before with it', async () => {
    const transactions = new Transactions(answer)
    const driver = new Driver(transactions.sink)
    await driver.give(1)
    await driver.checkpoint(1)
    await driver.give(2)
    await driver.checkpoint(2)
    await driver.give(3)
    expect(transactions.committed.size).toBe(0)
    await driver.complete(2)
    expect([...transactions.committed]).toEqual([
      ['t0', [1]],
      ['t1', [2]],
    ])
    await driver.complete(2)
    expect(transactions.calls.filter((call) => call.startsWith('commit '))).toEqual(['commit t0', 'commit t1'])
  })

  it('after a restore commits what the checkpoint had prepared, and writes on from the writer’s state', async () => {
    const transactions = new Transactions(answer)
    const first = new Driver(transactions.sink)
    await first.give(1)
    const lists = await first.checkpoint(1)
    await first.give('lost with the attempt')
    first.operator.close()
    const second = new Driver(transactions.sink, lists)
    await second.settled()
    expect([...transactions.committed]).toEqual([['t0', [1]]])
    await second.give(2)
    const last = await second.checkpoint(2)
    await second.complete(2)
    expect([...transactions.committed]).toEqual([
      ['t0', [1]],
      ['t1', [2]],
    ])
    // Committed, so no longer in the next checkpoint; `last` was taken before.
    expect(last.find(({name}) => name === 'committables')?.elements).toHaveLength(1)
    expect((await second.checkpoint(3)).find(({name}) => name === 'committables')?.elements).toHaveLength(1)
  })

  it('leaves the end to a checkpoint that has it, and not to one that began before and is completed late', async () => {
    const transactions = new Transactions(answer)
    const driver = new Driver(transactions.sink)
    await driver.give(1)
    await driver.checkpoint(1)
    await driver.give(2)
    await driver.finish()
    await driver.complete(1)
    expect([...transactions.committed]).toEqual([['t0', [1]]])
    expect(driver.operator.awaitsCheckpoint()).toBe(true)
    await driver.checkpoint(2)
    await driver.complete(2)
    expect([...transactions.committed]).toEqual([
      ['t0', [1]],
      ['t1', [2]],
    ])
  })

  it('in a job with checkpoints leaves the end to the last of them', async () => {
    const transactions = new Transactions(answer)
    const driver = new Driver(transactions.sink)
    await driver.give(1)
    await driver.checkpoint(1)
    await driver.complete(1)
    await driver.give(2)
    await driver.finish()
    expect([...transactions.committed.keys()]).toEqual(['t0'])
    expect(driver.operator.awaitsCheckpoint()).toBe(true)
    await driver.checkpoint(2)
    await driver.complete(2)
    expect(driver.operator.awaitsCheckpoint()).toBe(false)
    expect([...transactions.committed]).toEqual([
      ['t0', [1]],
      ['t1', [2]],
    ])
  })
})

describe('errors', () => {
  it('of a commit fail the task, with the sink named', async () => {
    const sink: SinkObject<unknown, string> = {
      createWriter: () => ({write: () => {}, prepareCommit: () => ['t']}),
      createCommitter: () => ({commit: () => Promise.reject(new Error('the table is gone'))}),
    }
    const driver = new Driver(sink, undefined, false)
    await driver.give(1)
    await expect(driver.finish()).rejects.toThrow(
      /operator "under test" \(subtask 1 of 1\): the function threw Error: the table is gone for commit\(\)/,
    )
  })

  it('of state that is no plain data name the sink', async () => {
    const sink: SinkObject<unknown, string> = {createWriter: () => ({write: () => {}, snapshotState: () => [1n]})}
    const driver = new Driver(sink)
    await expect(driver.checkpoint(1)).rejects.toThrow(/the state of the sink "under test" is no plain data: .*BigInt/)
  })
})
