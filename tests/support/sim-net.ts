import type {SeededRandom} from '../../src/platform/index.js'
import {type ProcessNet, SimNet, type SimNetOptions} from '../../src/prove/sim-net.js'
import {SimProcess} from '../../src/prove/sim-process.js'

/** The simulated sockets of src/prove for a cluster whose processes are played: bytes arrive in pieces of any size; a cut loses what is on its way. */
export function cuttingNet(options: Omit<SimNetOptions, 'piecesOf'>): ProcessNet {
  const {random, world} = options
  return new SimNet({...options, piecesOf: (bytes) => cutSomewhere(bytes, random)}).of(new SimProcess('all', world))
}

/** Some are cut in two. */
function cutSomewhere(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const cut = random.chance(0.3) ? random.int(0, bytes.byteLength) : bytes.byteLength
  return [bytes.subarray(0, cut), bytes.subarray(cut)].filter((piece) => piece.byteLength > 0)
}
