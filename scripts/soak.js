// npm run soak [-- rounds]: kill −9 of TaskManagers, and of JobManagers with a standby, under jobs with checkpoints, for as long as it takes: 20 rounds by
// default, of six seeds each, in which at least 200 TaskManagers must have been killed. A failure names its seed, which
// FTS_TEST_SEED=<seed> npx vitest run tests/crash/<the test> replays.
import {$} from 'zx'

const KILLS_A_ROUND = 10
const rounds = Number(process.argv[2] ?? 20)
$.env = {...process.env, FTS_TEST_RUNS: String(rounds), FTS_SOAK_KILLS: String(rounds * KILLS_A_ROUND)}
const tests = ['tests/crash/exactly-once.test.ts', 'tests/crash/standby.test.ts']
const {exitCode} = await $({nothrow: true, stdio: 'inherit'})`npx vitest run ${tests}`
process.exitCode = exitCode ?? 1
