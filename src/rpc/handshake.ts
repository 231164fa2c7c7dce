import {FtsError} from '../core/index.js'
import {encodeFrame, FRAME_TYPES} from './frames.js'
import {RPC_PROTOCOL_VERSION} from './messages.js'

/** Says in each connection's first frame which protocol follows. */
export const RPC_MAGIC = 'fts-rpc'

export type RpcRole = 'jobmanager' | 'taskmanager'

export interface Handshake {
  readonly magic: typeof RPC_MAGIC
  readonly version: number
  readonly role: RpcRole
}

const ROLE_NAMES: Readonly<Record<RpcRole, string>> = {jobmanager: 'JobManager', taskmanager: 'TaskManager'}

/** The first frame that a side of this `role` sends. */
export function handshakeFrame(role: RpcRole, version: number = RPC_PROTOCOL_VERSION): Uint8Array {
  return encodeFrame(FRAME_TYPES.handshake, {magic: RPC_MAGIC, version, role} satisfies Handshake)
}

/**
 * Checks the peer's first frame, decoded.
 *
 * Errors   `fatal` `FTS_RPC_HANDSHAKE` if it is no handshake or the peer has the wrong role, `fatal` `FTS_RPC_VERSION`
 *          for another version.
 */
export function checkHandshake(peer: unknown, role: RpcRole): void {
  const peerRole: RpcRole = role === 'jobmanager' ? 'taskmanager' : 'jobmanager'
  if (!isHandshake(peer))
    throw new FtsError(
      'fatal',
      'FTS_RPC_HANDSHAKE',
      `expected the handshake of a ${ROLE_NAMES[peerRole]}, got something else`,
    )
  checkVersion(peer, role)
  if (peer.role === peerRole) return
  throw new FtsError(
    'fatal',
    'FTS_RPC_HANDSHAKE',
    `a ${ROLE_NAMES[role]} expects a ${ROLE_NAMES[peerRole]} at the other end, but it says it is "${peer.role}"`,
    {role, peerRole: peer.role},
  )
}

function isHandshake(value: unknown): value is Handshake {
  if (typeof value !== 'object' || value === null) return false
  const {magic, version, role} = value as Record<string, unknown>
  return magic === RPC_MAGIC && typeof version === 'number' && typeof role === 'string'
}

function checkVersion(peer: Handshake, role: RpcRole): void {
  if (peer.version === RPC_PROTOCOL_VERSION) return
  const peerName = ROLE_NAMES[peer.role] ?? 'peer'
  throw new FtsError(
    'fatal',
    'FTS_RPC_VERSION',
    `this ${ROLE_NAMES[role]} speaks version ${RPC_PROTOCOL_VERSION} of the RPC protocol, the ${peerName} speaks version ${peer.version}`,
    {version: RPC_PROTOCOL_VERSION, peerVersion: peer.version},
    {tryThis: 'Run JobManager and TaskManagers from the same installation of fts.'},
  )
}
