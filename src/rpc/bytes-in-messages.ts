import type {OperatorListState} from '../core/index.js'
import type {JobManagerMessage, TaskManagerMessage} from './messages.js'

type AnyMessage = TaskManagerMessage | JobManagerMessage

/** A list of state as it travels: elements in base64. */
type TextList = Omit<OperatorListState, 'elements'> & {readonly elements: readonly string[]}

/** JSON has no bytes: the elements of lists in snapshots and restores travel as base64. Every other message is left as it is. */
export function bytesToText(message: {readonly kind: string}): unknown {
  return mapLists(message as AnyMessage, ({elements, ...list}) => ({
    ...list,
    elements: elements.map((element) => toBuffer(element).toString('base64')),
  }))
}

/** Undoes `bytesToText`, in what came from a peer. */
export function textToBytes(message: {readonly kind: string}): unknown {
  return mapLists(message as AnyMessage, (list) => {
    const {elements, ...rest} = list as unknown as TextList
    return {...rest, elements: elements.map((element) => new Uint8Array(Buffer.from(element, 'base64')))}
  })
}

function mapLists(message: AnyMessage, map: (list: OperatorListState) => unknown): unknown {
  const withLists = <State extends {readonly lists: readonly OperatorListState[]}>(state: State) => ({
    ...state,
    lists: state.lists.map(map),
  })
  if (message.kind === 'acknowledgeCheckpoint')
    return {...message, snapshot: {...message.snapshot, operators: message.snapshot.operators.map(withLists)}}
  if (message.kind !== 'submitTasks' || message.tasks.every(({restore}) => restore === undefined)) return message
  const tasks = message.tasks.map(({restore, ...task}) =>
    restore === undefined ? task : {...task, restore: {...restore, operators: restore.operators.map(withLists)}},
  )
  return {...message, tasks}
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
