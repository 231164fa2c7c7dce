import {parseArgs} from 'node:util'
import {FtsError, type TaskManagerId, taskManagerId} from '../core/index.js'

/** How many slots a TaskManager has, and the settings it was given (by option key). */
export interface TaskManagerSettings {
  readonly slots: number
  readonly config: Readonly<Record<string, string>>
  /** Where JobManagers are elected; absent: there is one, in the run directory. */
  readonly leaderFolder?: string
}

export interface TaskManagerArguments {
  readonly runDirectory: string
  readonly taskManagerId: TaskManagerId
  /** Absent with `--await`: they come as the first message over the fork's channel. */
  readonly settings: TaskManagerSettings | undefined
  /** How many slots' threads are made while the settings are awaited: a guess of who forked it. */
  readonly warmSlots: number
}

/**
 * Reads `--run-dir DIR --id tm-1` and either `--slots N [--leader-folder DIR] [-D key=value …]` or `--await [--slots N]`.
 *
 * Errors   `user` `FTS_TASKMANAGER_ARGUMENTS`.
 */
export function parseTaskManagerArguments(argv: readonly string[]): TaskManagerArguments {
  const values = parse(argv)
  const runDirectory = required('--run-dir', values['run-dir'])
  const id = taskManagerId(required('--id', values.id))
  if (values.await === true)
    return {runDirectory, taskManagerId: id, settings: undefined, warmSlots: slotCount(Number(values.slots ?? 1))}
  const slots = slotCount(Number(required('--slots', values.slots)))
  const config = configEntries(values.define ?? [])
  const leaderFolder = values['leader-folder']
  return {runDirectory, taskManagerId: id, settings: {slots, config, ...(leaderFolder && {leaderFolder})}, warmSlots: 0}
}

/** The first message over the fork's channel of an awaiting TaskManager: `{slots, config, leaderFolder?}`. */
export function parseSettingsMessage(message: unknown): TaskManagerSettings {
  const {slots, config, leaderFolder} = (message ?? {}) as Readonly<Record<string, unknown>>
  const isTexts = typeof config === 'object' && config !== null && Object.values(config).every(isText)
  if (!isTexts) throw wrongArguments(`expected {slots, config} over the channel, got ${JSON.stringify(message)}`)
  const elected = isText(leaderFolder) ? {leaderFolder: leaderFolder as string} : {}
  return {slots: slotCount(slots), config: config as Readonly<Record<string, string>>, ...elected}
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'run-dir': {type: 'string'},
        id: {type: 'string'},
        slots: {type: 'string'},
        define: {type: 'string', short: 'D', multiple: true},
        'leader-folder': {type: 'string'},
        await: {type: 'boolean'},
      },
    }).values
  } catch (cause) {
    throw wrongArguments((cause as Error).message, cause)
  }
}

function required(flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw wrongArguments(`${flag} is missing`)
  return value
}

function slotCount(slots: unknown): number {
  if (Number.isSafeInteger(slots) && (slots as number) >= 1) return slots as number
  throw wrongArguments(`the number of slots is a whole number from 1, not ${String(slots)}`)
}

function configEntries(defines: readonly string[]): Record<string, string> {
  const entries = defines.map((define) => {
    const at = define.indexOf('=')
    if (at < 1) throw wrongArguments(`-D ${define}: expected key=value`)
    return [define.slice(0, at), define.slice(at + 1)]
  })
  return Object.fromEntries(entries)
}

function wrongArguments(what: string, cause?: unknown): FtsError {
  const usage =
    'taskmanager --run-dir DIR --id ID (--slots N [--leader-folder DIR] [-D key=value …] | --await [--slots N])'
  return new FtsError(
    'user',
    'FTS_TASKMANAGER_ARGUMENTS',
    `cannot start a TaskManager: ${what}`,
    {},
    {cause, tryThis: `Usage: ${usage}`},
  )
}
