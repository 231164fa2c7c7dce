export interface HeartbeatTimes {
  /** Time between two heartbeats; `silent` is asked once an interval. */
  readonly intervalMs: number
  /** Silence after which a peer counts as dead. */
  readonly timeoutMs: number
}

export interface SilentPeer<Peer> {
  readonly peer: Peer
  readonly silentMs: number
}

/**
 * Knows when each peer was last heard, and which have been silent for too long. Owns no clock: every call is told the time
 * (monotonic milliseconds).
 *
 * A process that was stopped for longer than half a timeout (Ctrl-Z, a laptop asleep) heard nobody because it did not
 * listen; the first look after such a pause counts every peer as heard now.
 */
export class HeartbeatMonitor<Peer> {
  private readonly lastHeardMs = new Map<Peer, number>()
  private lastLookMs: number | undefined

  constructor(readonly times: HeartbeatTimes) {}

  /** Any message counts as a sign of life, also the first. */
  heard(peer: Peer, nowMs: number): void {
    this.lastHeardMs.set(peer, nowMs)
  }

  forget(peer: Peer): void {
    this.lastHeardMs.delete(peer)
  }

  /** Milliseconds since the peer was heard, or undefined for one that is not watched. */
  silenceMs(peer: Peer, nowMs: number): number | undefined {
    const heardMs = this.lastHeardMs.get(peer)
    return heardMs === undefined ? undefined : nowMs - heardMs
  }

  /** The peers that count as dead now. They stay watched until `forget`. */
  silent(nowMs: number): SilentPeer<Peer>[] {
    if (this.wasStopped(nowMs)) for (const peer of this.lastHeardMs.keys()) this.lastHeardMs.set(peer, nowMs)
    this.lastLookMs = nowMs
    return [...this.lastHeardMs]
      .map(([peer, heardMs]) => ({peer, silentMs: nowMs - heardMs}))
      .filter(({silentMs}) => silentMs > this.times.timeoutMs)
  }

  private wasStopped(nowMs: number): boolean {
    if (this.lastLookMs === undefined) return false
    return nowMs - this.lastLookMs > this.times.intervalMs + this.times.timeoutMs / 2
  }
}
