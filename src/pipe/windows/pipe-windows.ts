import {type ProgramEnvironment, program} from '../../api/index.js'
import type {Duration} from '../../core/index.js'
import type {TimeWindow, WindowAssigner} from '../../operators/index.js'
import {withLastWindows} from './with-last-windows.js'

type Windows = WindowAssigner<unknown, TimeWindow>

/**
 * Windows by the records' time where the expression gave them one (`eventTime`), else by the clock; those by the clock are also given out
 * at the end of the input.
 */
export interface PipeWindows {
  /** One after the other: `tumbling('1m')`. */
  tumbling(size: Duration, offset?: Duration): Windows
  /** A new one every `slide`: `sliding('5m', '1m')`. */
  sliding(size: Duration, slide: Duration, offset?: Duration): Windows
  /** As long as records come with pauses below `gap`: `session('30m')`. */
  session(gap: Duration): Windows
}

const {
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  SlidingEventTimeWindows,
  SlidingProcessingTimeWindows,
  EventTimeSessionWindows,
  ProcessingTimeSessionWindows,
} = program

export function pipeWindows(env: ProgramEnvironment): PipeWindows {
  const of = (byRecord: () => Windows, byClock: () => Windows) =>
    env.hasEventTime ? byRecord() : withLastWindows(byClock())
  return {
    tumbling: (size, offset) =>
      of(
        () => TumblingEventTimeWindows.of(size, offset),
        () => TumblingProcessingTimeWindows.of(size, offset),
      ),
    sliding: (size, slide, offset) =>
      of(
        () => SlidingEventTimeWindows.of(size, slide, offset),
        () => SlidingProcessingTimeWindows.of(size, slide, offset),
      ),
    session: (gap) =>
      of(
        () => EventTimeSessionWindows.withGap(gap),
        () => ProcessingTimeSessionWindows.withGap(gap),
      ),
  }
}
