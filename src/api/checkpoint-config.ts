import {type Duration, durationMs} from '../core/index.js'
import {oneOfSetting, wholeNumber} from './operator-settings.js'

export type CheckpointingMode = 'EXACTLY_ONCE' | 'AT_LEAST_ONCE'

export type CheckpointRetention = 'NO_EXTERNALIZED_CHECKPOINTS' | 'DELETE_ON_CANCELLATION' | 'RETAIN_ON_CANCELLATION'

type Settings = Readonly<Record<string, string | number | boolean>>

/** Flink's CheckpointConfig: the options `execution.checkpointing.*` by their methods. `env.getCheckpointConfig()` answers the environment's. */
export class CheckpointConfig {
  /** @internal */
  constructor(private readonly set: (options: Settings) => void) {}

  /** 0: no checkpoints. */
  setCheckpointInterval(interval: Duration): this {
    return this.duration('interval', interval, 'setCheckpointInterval')
  }

  setCheckpointTimeout(timeout: Duration): this {
    return this.duration('timeout', timeout, 'setCheckpointTimeout')
  }

  setMinPauseBetweenCheckpoints(pause: Duration): this {
    return this.duration('min-pause', pause, 'setMinPauseBetweenCheckpoints')
  }

  setCheckpointingConsistencyMode(mode: CheckpointingMode): this {
    return this.option('mode', oneOfSetting('setCheckpointingConsistencyMode', mode, ['EXACTLY_ONCE', 'AT_LEAST_ONCE']))
  }

  setMaxConcurrentCheckpoints(count: number): this {
    return this.option('max-concurrent-checkpoints', wholeNumber('setMaxConcurrentCheckpoints', count, 1))
  }

  /** Barriers overtake the data in the channels, which becomes part of the checkpoint. */
  enableUnalignedCheckpoints(enabled = true): this {
    return this.option('unaligned.enabled', enabled)
  }

  /** Unaligned checkpoints begin aligned, and overtake data after this time; 0: at once. */
  setAlignedCheckpointTimeout(timeout: Duration): this {
    return this.duration('aligned-checkpoint-timeout', timeout, 'setAlignedCheckpointTimeout')
  }

  setTolerableCheckpointFailureNumber(count: number): this {
    return this.option('tolerable-failed-checkpoints', wholeNumber('setTolerableCheckpointFailureNumber', count, 0))
  }

  setExternalizedCheckpointRetention(retention: CheckpointRetention): this {
    return this.option('externalized-checkpoint-retention', retention)
  }

  /** The folder of the checkpoints. */
  setCheckpointDirectory(path: string): this {
    return this.option('dir', path)
  }

  private duration(key: string, duration: Duration, method: string): this {
    return this.option(key, `${durationMs(duration, method)} ms`)
  }

  private option(key: string, value: string | number | boolean): this {
    this.set({[`execution.checkpointing.${key}`]: value})
    return this
  }
}
