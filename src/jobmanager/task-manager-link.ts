import type {TaskManagerId} from '../core/index.js'
import type {Connection} from '../platform/index.js'
import {type JobManagerMessage, RpcEndpoint, type TaskManagerMessage} from '../rpc/index.js'
import type {Registration} from './resource-manager.js'

/** What a link tells the JobManager. */
export interface LinkOwner {
  refusalOf(registration: Registration): string | undefined
  registered(link: TaskManagerLink, taskManagerId: TaskManagerId): void
  received(taskManagerId: TaskManagerId, message: TaskManagerMessage): void
  /** `taskManagerId` is absent if it never registered. */
  disconnected(link: TaskManagerLink, taskManagerId: TaskManagerId | undefined, error: Error | undefined): void
}

/** The JobManager's side of one connection: its first message must be a registration that is accepted. */
export class TaskManagerLink {
  private readonly endpoint: RpcEndpoint<JobManagerMessage, TaskManagerMessage>
  private taskManagerId: TaskManagerId | undefined

  constructor(
    connection: Connection,
    private readonly owner: LinkOwner,
  ) {
    this.endpoint = new RpcEndpoint(connection, 'jobmanager')
    this.endpoint.onClose((error) => owner.disconnected(this, this.taskManagerId, error))
    this.endpoint.onMessage((message) => this.receive(message))
  }

  send(message: JobManagerMessage): void {
    this.endpoint.send(message)
  }

  close(): void {
    this.endpoint.close()
  }

  private receive(message: TaskManagerMessage): void {
    if (this.taskManagerId === undefined) this.register(message)
    else if (message.kind === 'registerTaskManager') this.refuse('a TaskManager registers once on a connection')
    else this.owner.received(this.taskManagerId, message)
  }

  private register(message: TaskManagerMessage): void {
    if (message.kind !== 'registerTaskManager') {
      this.refuse(`the first message must be a registration, not ${message.kind}`)
      return
    }
    const refusal = this.owner.refusalOf(message)
    if (refusal !== undefined) {
      this.refuse(refusal)
      return
    }
    this.taskManagerId = message.taskManagerId
    this.owner.registered(this, message.taskManagerId)
    this.owner.received(message.taskManagerId, message)
  }

  private refuse(reason: string): void {
    this.endpoint.send({kind: 'registrationRefused', reason})
    this.endpoint.close()
  }
}
