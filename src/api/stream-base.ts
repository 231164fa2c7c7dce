import {Configuration} from '../config/index.js'
import type {FieldPredicate, Operator} from '../operators/index.js'
import type {ProgramContext} from './program-context.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {SlotPlace} from './slot-place.js'
import type {StreamExecutionEnvironment} from './stream-execution-environment.js'
import type {StreamEnd, WorksOn} from './transformation.js'

/** What of its place an operator over records may depend on. */
export type OperatorPlace = Pick<SlotPlace, 'mode' | 'configuration'>

export interface ProgramOperator {
  readonly name: string
  readonly inputs: readonly (readonly StreamEnd[])[]
  /** Default: user functions. */
  readonly worksOn?: WorksOn
  /** Why the parallelism is 1 and stays so. */
  readonly alwaysOne?: string
  /** Of a filter that can be read from its text. */
  readonly predicate?: FieldPredicate | undefined
  make(place: OperatorPlace): Operator
}

/** What all streams have. */
export abstract class StreamBase {
  /** @internal */
  protected readonly program: ProgramContext

  /** @internal */
  constructor(program: ProgramContext) {
    this.program = program
  }

  /** The environment the stream belongs to. */
  getExecutionEnvironment(): StreamExecutionEnvironment {
    return this.program.environment
  }

  /** @internal Adds an operator that slots make from the program. */
  protected operator<R>(spec: ProgramOperator): SingleOutputStreamOperator<R> {
    const {name, inputs, worksOn = 'user functions', alwaysOne, predicate, make} = spec
    // What cannot be made is refused here, where the stack shows the program's own line.
    make({mode: 'streaming', configuration: Configuration.defaults})
    return this.program.operator<R>({
      kind: 'operator',
      name,
      worksOn,
      inputs,
      maker: {kind: 'program', make: (place) => ({kind: 'operator', operator: make(place)})},
      ...(alwaysOne === undefined ? {} : {alwaysOne}),
      ...(predicate === undefined ? {} : {predicate}),
    })
  }
}
