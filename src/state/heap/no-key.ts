import {FtsError} from '../../core/index.js'

/** State is used while no record and no timer is handled. */
export function noKey(stateName: string): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_CURRENT_KEY',
    `state "${stateName}" was used while no key is current: it exists per key, so only while a record or a timer is handled`,
    {state: stateName},
    {tryThis: 'Ask for the state in open(), and use it when records come.'},
  )
}
