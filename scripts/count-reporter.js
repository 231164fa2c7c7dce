/**
 * A vitest reporter whose last line is the suite's count, alone: `N passed, N failed`. Skipped tests get a line before it; a
 * file that does not load and an error outside of any test count as failures.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = {passed: 0, failed: unhandledErrors.length, skipped: 0}
    for (const module of modules) countModule(module, count)
    const skipped = count.skipped === 0 ? '' : `${count.skipped} skipped\n`
    // After the default reporter's own summary, which is written in the same turn.
    process.once('exit', () => process.stdout.write(`${skipped}${count.passed} passed, ${count.failed} failed\n`))
  }
}

function countModule(module, count) {
  count.failed += module.errors().length
  for (const test of module.children.allTests()) {
    const {state} = test.result()
    if (state === 'passed') count.passed++
    else if (state === 'failed') count.failed++
    else count.skipped++
  }
}
