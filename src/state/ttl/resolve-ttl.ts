import {type Duration, durationMs, FtsError} from '../../core/index.js'
import type {StateTtlConfig} from './state-ttl-config.js'

/** A StateTtlConfig with its defaults filled in and its duration in milliseconds. */
export interface ResolvedTtl {
  readonly ttlMs: number
  readonly updateOnRead: boolean
  readonly returnExpired: boolean
  /** 0: no cleanup but by reads. */
  readonly cleanupEntriesPerAccess: number
  readonly cleanupForEveryRecord: boolean
}

const UPDATE_TYPES = ['OnCreateAndWrite', 'OnReadAndWrite', 'Disabled']
const VISIBILITIES = ['NeverReturnExpired', 'ReturnExpiredIfNotCleanedUp']

/** Undefined where the state does not expire. Errors: `user` FTS_BAD_DURATION, FTS_BAD_TTL, naming the state. */
export function resolveTtl(stateName: string, given: StateTtlConfig | Duration | undefined): ResolvedTtl | undefined {
  if (given === undefined) return undefined
  const config: StateTtlConfig = typeof given === 'object' ? given : {ttl: given}
  const {ttl, updateType = 'OnCreateAndWrite', visibility = 'NeverReturnExpired', cleanup} = config
  const ttlMs = durationMs(ttl, `ttl of state "${stateName}"`)
  if (ttlMs === 0) throw badTtl(stateName, 'the ttl is 0, so nothing would ever be stored')
  checkOneOf(stateName, 'updateType', updateType, UPDATE_TYPES)
  checkOneOf(stateName, 'visibility', visibility, VISIBILITIES)
  if (updateType === 'Disabled') return undefined
  return {
    ttlMs,
    updateOnRead: updateType === 'OnReadAndWrite',
    returnExpired: visibility === 'ReturnExpiredIfNotCleanedUp',
    ...resolveCleanup(stateName, cleanup ?? {entriesPerAccess: 5}),
  }
}

function resolveCleanup(
  stateName: string,
  cleanup: NonNullable<StateTtlConfig['cleanup']>,
): Pick<ResolvedTtl, 'cleanupEntriesPerAccess' | 'cleanupForEveryRecord'> {
  if (cleanup === 'disabled') return {cleanupEntriesPerAccess: 0, cleanupForEveryRecord: false}
  const {entriesPerAccess, forEveryRecord = false} = cleanup
  if (!Number.isSafeInteger(entriesPerAccess) || entriesPerAccess < 1)
    throw badTtl(stateName, `cleanup.entriesPerAccess is ${entriesPerAccess}, expected a whole number from 1`)
  return {cleanupEntriesPerAccess: entriesPerAccess, cleanupForEveryRecord: forEveryRecord}
}

function checkOneOf(stateName: string, option: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw badTtl(stateName, `${option} "${value}" is not one of ${allowed.join(', ')}`)
}

function badTtl(stateName: string, why: string): FtsError {
  return new FtsError('user', 'FTS_BAD_TTL', `ttl of state "${stateName}": ${why}`, {state: stateName})
}
