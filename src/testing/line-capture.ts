import type {Batch} from '../columns/index.js'
import {assert} from '../core/index.js'
import type {Operator, OperatorContext, OperatorFactory, OperatorRegistry} from '../operators/index.js'

/** What a job prints, kept instead of written. */
export interface Printed {
  readonly stdout: string[]
  readonly stderr: string[]
}

const BYTES_SINK = 'sink.bytes'

/** The operators of a slot, but what goes to standard output or error is kept in `printed`, line by line. */
export function withCapturedLines(registry: OperatorRegistry, printed: Printed): OperatorRegistry {
  const original = registry.get(BYTES_SINK)
  assert(original !== undefined, 'a slot has the sink of bytes', {factory: BYTES_SINK})
  const factory: OperatorFactory = (config) => {
    const kind = (config as {target?: {kind?: string}} | null)?.target?.kind
    if (kind !== 'stdout' && kind !== 'stderr') return original(config)
    return {kind: 'operator', operator: new LineCapture(printed[kind])}
  }
  return new Map([...registry, [BYTES_SINK, factory]])
}

class LineCapture implements Operator {
  private readonly decoder = new TextDecoder()
  private rest = ''
  private context!: OperatorContext

  constructor(private readonly lines: string[]) {}

  open(context: OperatorContext): void {
    this.context = context
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'a sink of bytes gets bytes', {actual: batch.kind})
    this.context.metrics.add('sinkRecords', batch.rowCount)
    const lines = (this.rest + this.decoder.decode(batch.bytes, {stream: true})).split('\n')
    this.rest = lines.pop()!
    for (const line of lines) this.lines.push(line)
  }

  finish(): boolean {
    if (this.rest !== '') this.lines.push(this.rest)
    this.rest = ''
    return true
  }

  close(): void {}
}
