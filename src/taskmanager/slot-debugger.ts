import {type Configuration, OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'

/** Ports that are tried, from the first one on: slots of one job begin at different ones, those of several jobs may meet. */
const PORTS_MAX = 100

/**
 * Lets a debugger into this slot's thread, before it loads the program: a port of its own, which Node tells on stderr ("Debugger listening on
 * ws://…"). Where it is said so, the slot waits for the debugger and then stops, so that breakpoints can be set in the program's sources.
 *
 * Errors   `user` FTS_INSPECT_PORT if no port is free.
 */
export async function openSlotDebugger(configuration: Configuration, slotIndex: number): Promise<void> {
  const mode = configuration.get(OPTIONS.slotInspect)
  if (mode === 'off') return
  const inspector = await import('node:inspector')
  if (inspector.url() !== undefined) return
  const {host, port} = addressOf(configuration.get(OPTIONS.slotInspectAddress))
  const first = port === 0 ? 0 : port + slotIndex
  for (let at = first; inspector.url() === undefined; at++) {
    if (at > first + (port === 0 ? 0 : PORTS_MAX)) throw noPort(host, first)
    inspector.open(at, host)
  }
  if (mode === 'open') return
  inspector.waitForDebugger()
  // biome-ignore lint/suspicious/noDebugger: this is where a debugger shall stop, with the program still to be loaded
  debugger
}

/** `9300`, `0.0.0.0:9300`, `[::1]:0`. Errors: `user` FTS_CONFIG_VALUE. */
function addressOf(text: string): {readonly host: string; readonly port: number} {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? []
  const number = Number(port)
  if (port !== undefined && number <= 65_535) return {host: host?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port: number}
  throw new FtsError(
    'user',
    'FTS_CONFIG_VALUE',
    `${OPTIONS.slotInspectAddress.key} is "${text}", expected a port or host:port`,
    {value: text},
    {tryThis: 'For example --inspect=9300, or --inspect=0 for any free port.'},
  )
}

function noPort(host: string, first: number): FtsError {
  return new FtsError(
    'user',
    'FTS_INSPECT_PORT',
    `no port for the debugger of a slot is free from ${host}:${first} on`,
    {host, port: first},
    {tryThis: 'Name another one with --inspect=PORT, or 0 for any that is free.'},
  )
}
