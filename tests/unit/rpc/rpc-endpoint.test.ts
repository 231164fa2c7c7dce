// Goal: two endpoints understand each other however bytes are cut, and a peer that is not ours is refused with a sentence.
// Method: a pipe in memory between two endpoints, or between an endpoint and hand-made bytes.
import {describe, expect, it} from 'vitest'
import {operatorId, taskManagerId} from '../../../src/core/index.js'
import {
  encodeFrame,
  FRAME_TYPES,
  handshakeFrame,
  type JobManagerMessage,
  RpcEndpoint,
  type TaskManagerMessage,
} from '../../../src/rpc/index.js'
import {PipeEnd} from '../../support/sim-pipe.js'
import {taskDeployment} from '../../support/task-deployment.js'

type Master = RpcEndpoint<JobManagerMessage, TaskManagerMessage>
type Worker = RpcEndpoint<TaskManagerMessage, JobManagerMessage>

const METRICS = {
  alignmentMs: 1,
  startDelayMs: 1,
  syncMs: 1,
  asyncMs: 1,
  longestPieceMs: 1,
  checkpointedBytes: 10,
  stateBytes: 20,
  isUnaligned: false,
  persistedInFlightBytes: 0,
}

const registration: TaskManagerMessage = {
  kind: 'registerTaskManager',
  protocolVersion: 1,
  taskManagerId: taskManagerId('tm-1'),
  pid: 4711,
  dataAddresses: ['/run/füts/s0.sock'],
  memory: {totalBytes: 5, frameworkHeapBytes: 1, taskHeapBytes: 1, managedBytes: 2, networkBytes: 1},
  startup: [{name: 'argument parsing', durationMs: 0.5}],
}

function refusal(...frames: Uint8Array[]): {error: Error | undefined; received: unknown[]} {
  const pipe = new PipeEnd()
  const endpoint: Master = new RpcEndpoint(pipe, 'jobmanager')
  const seen: {error: Error | undefined; received: unknown[]} = {error: undefined, received: []}
  endpoint.onMessage((message) => seen.received.push(message))
  endpoint.onClose((error) => {
    seen.error = error
  })
  for (const frame of frames) pipe.take(frame)
  expect(pipe.isClosed).toBe(true)
  return seen
}

describe('RpcEndpoint', () => {
  it.each([1, 3, 1000])('delivers messages both ways in pieces of %d bytes', (pieceBytes) => {
    const [left, right] = PipeEnd.pair(pieceBytes)
    const master: Master = new RpcEndpoint(left, 'jobmanager')
    const worker: Worker = new RpcEndpoint(right, 'taskmanager')
    const [toMaster, toWorker]: unknown[][] = [[], []]
    worker.send(registration)
    master.onMessage((message) => {
      toMaster.push(message)
      master.send({kind: 'registrationAccepted', heartbeatIntervalMs: 1, heartbeatTimeoutMs: 2})
    })
    worker.onMessage((message) => toWorker.push(message))
    expect(toMaster).toEqual([registration])
    expect(toWorker).toEqual([{kind: 'registrationAccepted', heartbeatIntervalMs: 1, heartbeatTimeoutMs: 2}])
  })

  it('carries the bytes of snapshots and restores', () => {
    const [left, right] = PipeEnd.pair(100)
    const master: Master = new RpcEndpoint(left, 'jobmanager')
    const worker: Worker = new RpcEndpoint(right, 'taskmanager')
    const elements = [Uint8Array.of(0, 255, 128), new Uint8Array(0), new Uint8Array(Buffer.from('näh'))]
    const lists = [{name: 'positions', distribution: 'split', elements}] as const
    const operators = [{operatorId: operatorId('o'), keyed: [], lists}]
    const restore = {checkpointId: 4, operators}
    const tasks = [
      taskDeployment({subtaskIndex: 0, slotIndex: 0}),
      {...taskDeployment({subtaskIndex: 1, slotIndex: 0}), restore},
    ]
    const acknowledgement: TaskManagerMessage = {
      kind: 'acknowledgeCheckpoint',
      attemptId: tasks[0].attemptId,
      checkpointId: 4,
      snapshot: {operators: [{operatorId: operatorId('o'), lists}]},
      metrics: METRICS,
    }
    const [toMaster, toWorker]: unknown[][] = [[], []]
    master.onMessage((message) => toMaster.push(message))
    worker.onMessage((message) => toWorker.push(message))
    worker.send(acknowledgement)
    master.send({kind: 'submitTasks', tasks})
    expect(toMaster).toEqual([acknowledgement])
    expect(toWorker).toEqual([{kind: 'submitTasks', tasks}])
  })

  it('refuses another version by name, with both versions', () => {
    expect(refusal(handshakeFrame('taskmanager', 7)).error).toMatchObject({
      code: 'FTS_RPC_VERSION',
      message: 'this JobManager speaks version 1 of the RPC protocol, the TaskManager speaks version 7',
    })
  })

  it('refuses a peer of its own role', () => {
    expect(refusal(handshakeFrame('jobmanager')).error?.message).toBe(
      'a JobManager expects a TaskManager at the other end, but it says it is "jobmanager"',
    )
  })

  it('refuses whoever starts without a handshake', () => {
    expect(refusal(encodeFrame(FRAME_TYPES.message, {kind: 'unregister', reason: ''})).error).toMatchObject({
      code: 'FTS_RPC_HANDSHAKE',
    })
  })

  it('refuses bytes of another protocol', () => {
    const seen = refusal(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    expect(seen.error).toMatchObject({code: 'FTS_RPC_FRAME', message: expect.stringContaining('frame type 47')})
  })

  it('refuses a message that is too long before it is there', () => {
    const header = Buffer.from([0xff, 0xff, 0xff, 0xff, FRAME_TYPES.message])
    expect(refusal(handshakeFrame('taskmanager'), header).error?.message).toContain('a frame of 4294967295 bytes')
  })

  it('delivers what came before a message it does not know', () => {
    const seen = refusal(
      Buffer.concat([
        handshakeFrame('taskmanager'),
        encodeFrame(FRAME_TYPES.message, registration),
        encodeFrame(FRAME_TYPES.message, {kind: 'submitTasks'}),
      ]),
    )
    expect(seen.received).toEqual([registration])
    expect(seen.error?.message).toBe('the jobmanager got a message of an unknown kind: submitTasks')
  })

  it('refuses what is no JSON', () => {
    const frame = Buffer.from(encodeFrame(FRAME_TYPES.message, registration))
    frame[5] = 0x7d
    expect(refusal(handshakeFrame('taskmanager'), frame).error).toMatchObject({code: 'FTS_RPC_MESSAGE'})
  })

  it('drops what is sent after close', () => {
    const [left] = PipeEnd.pair()
    const master: Master = new RpcEndpoint(left, 'jobmanager')
    master.close()
    master.send({kind: 'heartbeat', sequence: 1})
    expect(left.sent).toHaveLength(1)
  })
})
