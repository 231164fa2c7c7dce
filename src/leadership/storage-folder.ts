import {resolve} from 'node:path'
import {type Configuration, OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'

/** Whether a standby is asked for. */
export function isHighlyAvailable(config: Pick<Configuration, 'get'>): boolean {
  return config.get(OPTIONS.highAvailability) === 'filesystem'
}

/**
 * The folder of a program's n-th job: `<high-availability.storageDir>/<cluster-id>/<n>`.
 *
 * Errors   `user` FTS_HIGH_AVAILABILITY_FOLDER when none is set, or the cluster's id is no name of a folder.
 */
export function storageFolder(config: Pick<Configuration, 'get'>, executionIndex: number): string {
  const storageDir = config.get(OPTIONS.highAvailabilityStorageDir).replace(/^file:(\/\/)?(?=\/)/, '')
  const clusterId = config.get(OPTIONS.highAvailabilityClusterId).replace(/^\//, '')
  if (storageDir === '')
    throw noFolder('high-availability.storageDir is not set', 'Add -D high-availability.storageDir=DIR.')
  if (!/^[\w.-]+$/.test(clusterId) || /^\.+$/.test(clusterId))
    throw noFolder(
      `high-availability.cluster-id is "${clusterId}", which is no name of a folder`,
      'Use letters, digits, dots, hyphens and underscores.',
    )
  return `${resolve(storageDir)}/${clusterId}/${executionIndex}`
}

function noFolder(message: string, tryThis: string): FtsError {
  return new FtsError('user', 'FTS_HIGH_AVAILABILITY_FOLDER', message, {}, {tryThis})
}
