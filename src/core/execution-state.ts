import type {Moves} from './states.js'

/**
 * The life of one task attempt. Source: Flink 2.3 ExecutionState.
 *
 *   CREATED ─▶ SCHEDULED ─▶ DEPLOYING ─▶ INITIALIZING ─▶ RUNNING ─▶ FINISHED
 *                  │            └──────────────┴────────────┴─▶ CANCELING ─▶ CANCELED
 *                  └─▶ CANCELED        any that is not terminal ─▶ FAILED
 */
export type ExecutionState =
  | 'CREATED'
  | 'SCHEDULED'
  | 'DEPLOYING'
  | 'INITIALIZING'
  | 'RUNNING'
  | 'FINISHED'
  | 'CANCELING'
  | 'CANCELED'
  | 'FAILED'

export const EXECUTION_MOVES = {
  CREATED: ['SCHEDULED', 'CANCELED', 'FAILED'],
  SCHEDULED: ['DEPLOYING', 'CANCELED', 'FAILED'],
  DEPLOYING: ['INITIALIZING', 'RUNNING', 'FINISHED', 'CANCELING', 'FAILED'],
  INITIALIZING: ['RUNNING', 'FINISHED', 'CANCELING', 'FAILED'],
  RUNNING: ['FINISHED', 'CANCELING', 'FAILED'],
  CANCELING: ['CANCELED', 'FINISHED', 'FAILED'],
  FINISHED: [],
  CANCELED: [],
  FAILED: [],
} as const satisfies Moves<ExecutionState>

export function isTerminalExecution(state: ExecutionState): boolean {
  return EXECUTION_MOVES[state].length === 0
}

const PRECEDENCE: readonly ExecutionState[] = ['FAILED', 'CANCELING', 'CANCELED', 'INITIALIZING', 'RUNNING']

/**
 * The state shown for a whole vertex: FAILED > CANCELING > CANCELED > INITIALIZING > RUNNING > FINISHED
 * (only if all are; some finished counts as RUNNING) > the least advanced. Source: Flink 2.3 ExecutionJobVertex.
 */
export function aggregateExecutionState(states: readonly ExecutionState[]): ExecutionState {
  for (const state of PRECEDENCE) if (states.includes(state)) return state
  if (states.every((state) => state === 'FINISHED')) return 'FINISHED'
  if (states.includes('FINISHED')) return 'RUNNING'
  if (states.includes('DEPLOYING')) return 'DEPLOYING'
  if (states.includes('SCHEDULED')) return 'SCHEDULED'
  return 'CREATED'
}
