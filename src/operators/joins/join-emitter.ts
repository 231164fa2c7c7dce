import type {Collector, OutputTag} from '../functions/index.js'
import type {RecordOutput} from '../records/record-output.js'
import type {RecordRuntimeContext} from '../records/record-runtime-context.js'
import {shallowCopy} from '../records/shallow-copy.js'
import type {JoinContext, ProcessJoinFunctionLike} from './process-join-function.js'

export interface JoinedPair {
  readonly left: unknown
  readonly leftMs: number
  readonly right: unknown
  readonly rightMs: number
}

/** Context and collector of one interval join's function. */
export class JoinEmitter implements JoinContext, Collector<unknown> {
  private readonly process: (left: unknown, right: unknown, ctx: JoinContext, out: Collector<unknown>) => void
  private leftMs = 0
  private rightMs = 0

  constructor(
    userFunction: ProcessJoinFunctionLike<unknown, unknown, unknown>,
    private readonly out: RecordOutput,
    private readonly runtime: RecordRuntimeContext,
  ) {
    this.process =
      typeof userFunction === 'function'
        ? userFunction
        : (left, right, ctx, out) => userFunction.processElement(left, right, ctx, out)
  }

  emit({left, leftMs, right, rightMs}: JoinedPair): void {
    this.leftMs = leftMs
    this.rightMs = rightMs
    this.out.timestampMs = this.getTimestamp()
    this.process(left, right, this, this)
  }

  collect(value: unknown): void {
    this.out.collect(this.runtime.usesState ? shallowCopy(value) : value)
  }

  getLeftTimestamp(): number {
    return this.leftMs
  }

  getRightTimestamp(): number {
    return this.rightMs
  }

  getTimestamp(): number {
    return Math.max(this.leftMs, this.rightMs)
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.out.collectSide(tag.id, this.runtime.usesState ? shallowCopy(value) : value, this.getTimestamp())
  }
}
