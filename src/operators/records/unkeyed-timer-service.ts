import {FtsError} from '../../core/index.js'
import type {TimerService} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import type {CombinedWatermark} from './combined-watermark.js'
import {operatorPlace} from './operator-place.js'

/** Time without timers, for streams without keys. */
export class UnkeyedTimerService implements TimerService {
  constructor(
    private readonly context: OperatorContext,
    private readonly time: CombinedWatermark,
  ) {}

  currentProcessingTime(): number {
    return this.context.processingTime?.now() ?? this.context.nowMs()
  }

  currentWatermark(): number {
    return this.time.watermarkMs
  }

  registerProcessingTimeTimer(): never {
    throw this.notKeyed()
  }

  registerEventTimeTimer(): never {
    throw this.notKeyed()
  }

  deleteProcessingTimeTimer(): never {
    throw this.notKeyed()
  }

  deleteEventTimeTimer(): never {
    throw this.notKeyed()
  }

  private notKeyed(): FtsError {
    return new FtsError(
      'user',
      'FTS_NOT_KEYED',
      `${operatorPlace(this.context)}: timers belong to a key, but this stream has no keys`,
      {operator: this.context.displayName ?? this.context.operatorName},
      {tryThis: 'Put keyBy(…) before process(…), and use a KeyedProcessFunction.'},
    )
  }
}
