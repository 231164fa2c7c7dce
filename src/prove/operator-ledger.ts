import type {Batch} from '../columns/index.js'
import {recordText} from '../connectors/index.js'
import type {TaskDeployment} from '../graph/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SnapshotRequest} from '../operators/index.js'
import type {Tap} from './tap.js'

interface Emitted {
  /** The last barrier that had passed: it belongs to every later checkpoint. */
  readonly afterBarrier: number
  readonly text: string
}

/** What one subtask of an operator has said that counts. */
interface Account {
  readonly operatorId: string
  readonly name: string
  attempt: number
  lastBarrier: number
  emitted: Emitted[]
}

/** What an operator has emitted in a whole run, as far as it counts: what a restored attempt takes back is not in it. */
export interface OperatorRecord {
  readonly operatorId: string
  readonly name: string
  /** A snapshot of it held something, at least once. */
  readonly hasState: boolean
  readonly counts: ReadonlyMap<string, number>
}

/**
 * Writes down what each operator emits, and takes back what a restart takes back. Between an undisturbed run and one with failures these must be the
 * same where an operator is right; the first one in the stream that differs is where something went wrong.
 */
export class OperatorLedger implements Tap {
  private readonly accounts = new Map<string, Account>()
  private readonly stateful = new Set<string>()

  deployed({operators, subtaskIndex, attempt, restore}: TaskDeployment): void {
    const restoredTo = restore?.checkpointId ?? 0
    for (const {operatorId, name} of operators) {
      const key = `${operatorId}/${subtaskIndex}`
      const account = this.accounts.get(key) ?? {operatorId, name, attempt, lastBarrier: 0, emitted: []}
      account.attempt = attempt
      account.lastBarrier = restoredTo
      account.emitted = account.emitted.filter(({afterBarrier}) => afterBarrier < restoredTo)
      this.accounts.set(key, account)
    }
  }

  opened(context: OperatorContext, output: Output): Output {
    const account = this.accounts.get(`${context.operatorId}/${context.subtaskIndex}`)
    if (account === undefined) return output
    const take = (batch: Batch) => {
      if (account.attempt === context.attempt) this.take(account, batch)
    }
    const {emitSide} = output
    return {
      emit: (batch) => {
        take(batch)
        output.emit(batch)
      },
      ...(emitSide === undefined
        ? {}
        : {
            emitSide: (outputTag, batch) => {
              take(batch)
              emitSide.call(output, outputTag, batch)
            },
          }),
      emitControl: (element) => output.emitControl(element),
      hasRoom: () => output.hasRoom(),
      reserveBytes: (minBytes) => output.reserveBytes(minBytes),
    }
  }

  snapshot(context: OperatorContext, {checkpointId}: SnapshotRequest, snapshot: OperatorSnapshot): void {
    const account = this.accounts.get(`${context.operatorId}/${context.subtaskIndex}`)
    if (account?.attempt === context.attempt) account.lastBarrier = checkpointId
    const {keyed, lists = []} = snapshot
    if (keyed !== undefined || lists.some(({elements}) => elements.length > 0)) this.stateful.add(context.operatorId)
  }

  /** By operator id. */
  records(): ReadonlyMap<string, OperatorRecord> {
    const records = new Map<string, OperatorRecord & {readonly counts: Map<string, number>}>()
    for (const {operatorId, name, emitted} of this.accounts.values()) {
      const hasState = this.stateful.has(operatorId)
      const record = records.get(operatorId) ?? {operatorId, name, hasState, counts: new Map()}
      for (const {text} of emitted) record.counts.set(text, (record.counts.get(text) ?? 0) + 1)
      records.set(operatorId, record)
    }
    return records
  }

  private take(account: Account, batch: Batch): void {
    const {lastBarrier: afterBarrier, emitted} = account
    for (const text of textsOf(batch)) emitted.push({afterBarrier, text})
  }
}

/** Batches of numbers and words in columns are counted, not read. */
function textsOf(batch: Batch): readonly string[] {
  if (batch.kind === 'objects') return batch.values.slice(0, batch.rowCount).map((value) => recordText(value))
  if (batch.kind !== 'bytes') return Array<string>(batch.rowCount).fill(batch.kind)
  const lines = new TextDecoder().decode(batch.bytes).split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
