// What `import … from 'fts/testing'` gives; docs/testing.md.
export {JobDriver, type JobDriverOptions, type OutputsOf, type TestSourceOptions} from './job-driver.js'
export {JobSnapshot} from './job-snapshot.js'
export type {HarnessElement, HarnessOptions} from './operator-harness.js'
export {HarnessSnapshot} from './operator-snapshot.js'
export {TestHarness} from './test-harness.js'
export type {OutputRecord, TestOutput} from './test-output.js'
export type {SourceInput, TestSource} from './test-source.js'
export {TwoInputTestHarness} from './two-input-test-harness.js'
