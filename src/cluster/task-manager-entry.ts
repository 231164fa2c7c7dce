import {join} from 'node:path'
import {packageRoot} from './package-root.js'

export const FIRST_TASK_MANAGER = 'tm-1'

/** How many slots a TaskManager has, and with which settings. */
export interface TaskManagerSettings {
  readonly slots: number
  readonly config: Readonly<Record<string, string>>
  /** Where JobManagers are elected; absent: there is one, in the run directory. */
  readonly leaderFolder?: string
}

/**
 * What is forked as a TaskManager. The first one is forked before the command line is parsed: it starts waiting (`--await`), makes
 * `expectedSlots` threads meanwhile, and is told its settings over the fork's channel. Others have them from the beginning.
 */
export function taskManagerEntry(of: {
  readonly runDirectory: string
  readonly taskManagerId: string
  readonly settings?: TaskManagerSettings
  readonly expectedSlots?: number
}) {
  const awaiting = ['--await', '--slots', String(of.expectedSlots ?? 1)]
  const settings = of.settings === undefined ? awaiting : settingsArguments(of.settings)
  return {
    file: join(packageRoot(), 'dist/bundle/taskmanager.cjs'),
    args: ['--run-dir', of.runDirectory, '--id', of.taskManagerId, ...settings],
  }
}

function settingsArguments({slots, config, leaderFolder}: TaskManagerSettings): string[] {
  const elected = leaderFolder === undefined ? [] : ['--leader-folder', leaderFolder]
  return [
    '--slots',
    String(slots),
    ...elected,
    ...Object.entries(config).flatMap(([key, value]) => ['-D', `${key}=${value}`]),
  ]
}
