// Goal: operators with keyed state do the same where it is kept in a store: windows of all kinds, functions, aggregates, joins, their snapshots and
// restores at another parallelism.
// Method: the property tests of windows and of operators' snapshots once more, with harnesses that keep state in a store which reads and writes
// at nearly every turn. FTS_TEST_SEED replays, FTS_TEST_RUNS multiplies.
import {keepStateInStore} from '../support/harness-storage.js'

// Once more, and not all of it: what operators do is tested there.
process.env.FTS_TEST_RUNS = `${Number(process.env.FTS_TEST_RUNS ?? 1) * 0.3}`
keepStateInStore()
await import('./windows.test.js')
await import('./operator-snapshots.test.js')
