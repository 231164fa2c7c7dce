/** How an option's text is read: bytes as `64m`, durations as `10 s` (Flink's units), the rest as it looks. */
export type OptionType = 'int' | 'float' | 'bool' | 'string' | 'memory' | 'duration'

/** One setting: its key (Flink's where the meaning is Flink's), default and one sentence. Memory in bytes, durations in ms. */
export interface ConfigOption<Value> {
  readonly key: string
  readonly type: OptionType
  readonly default: Value
  readonly description: string
  /** Allowed values, for strings. */
  readonly oneOf?: readonly string[]
  readonly min?: number
  readonly max?: number
}

export function intOption(key: string, def: number, description: string, limits: {min?: number; max?: number} = {}) {
  return {key, type: 'int', default: def, description, ...limits} as const satisfies ConfigOption<number>
}

export function memoryOption(key: string, defBytes: number, description: string, limits: {min?: number} = {}) {
  return {key, type: 'memory', default: defBytes, description, ...limits} as const satisfies ConfigOption<number>
}

export function durationOption(key: string, defMs: number, description: string) {
  return {key, type: 'duration', default: defMs, description} as const satisfies ConfigOption<number>
}

export function floatOption(key: string, def: number, description: string, limits: {min?: number; max?: number} = {}) {
  return {key, type: 'float', default: def, description, ...limits} as const satisfies ConfigOption<number>
}

export function boolOption(key: string, def: boolean, description: string) {
  const option: ConfigOption<boolean> = {key, type: 'bool', default: def, description}
  return option
}

export function stringOption(key: string, def: string, description: string, oneOf?: readonly string[]) {
  const option: ConfigOption<string> = {key, type: 'string', default: def, description, ...(oneOf ? {oneOf} : {})}
  return option
}
