const SIGNALS = {SIGINT: 2, SIGTERM: 15, SIGHUP: 1} as const

export type TerminationSignal = keyof typeof SIGNALS

/** The exit code that a shell gives a process which ended by this signal: 130, 143, 129. */
export function exitCodeOf(signal: TerminationSignal): number {
  return 128 + SIGNALS[signal]
}

/**
 * Calls `first` on the first Ctrl-C, TERM or HUP and `again` on every later one, until the function it answers is called.
 * Meanwhile the signals do not end this process by themselves.
 */
export function onTerminationSignals(listen: {
  first(signal: TerminationSignal): void
  again(signal: TerminationSignal): void
}): () => void {
  let seen = false
  const onSignal = (signal: NodeJS.Signals) => {
    const known = signal as TerminationSignal
    if (seen) listen.again(known)
    else listen.first(known)
    seen = true
  }
  const names = Object.keys(SIGNALS) as TerminationSignal[]
  for (const name of names) process.on(name, onSignal)
  return () => {
    for (const name of names) process.removeListener(name, onSignal)
  }
}
