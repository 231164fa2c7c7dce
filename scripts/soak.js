// npm run soak [-- rounds]: kill −9 of TaskManagers under jobs with checkpoints, for as long as it takes: six seeds a round, 20 rounds by default (some 200
// kills). A failure names its seed, which FTS_TEST_SEED=<seed> npx vitest run tests/crash/exactly-once.test.ts replays.
import {$} from 'zx'

const rounds = Number(process.argv[2] ?? 20)
$.env = {...process.env, FTS_TEST_RUNS: String(rounds)}
const {exitCode} = await $({nothrow: true, stdio: 'inherit'})`npx vitest run tests/crash/exactly-once.test.ts`
process.exitCode = exitCode ?? 1
