#!/usr/bin/env node
// Starts the command line, and nothing else. CommonJS (see package.json beside it): an ES module starts 6 ms later.
const {existsSync} = require('node:fs')
const {dirname, join} = require('node:path')

/** Commands that run a job: for them a TaskManager is forked before anything else is loaded, and all comes from bundles. */
const JOB_COMMANDS = ['wordcount', 'run', 'pipe']

requireNode(20, 19)
const argv = withExample(process.argv.slice(2))
if (JOB_COMMANDS.includes(argv[0]) && !asksForHelp(argv)) built().launchJob(argv)
else import('@oclif/core').then(({execute}) => execute({dir: dirname(__dirname)}))

/** `fts examples run NAME …` is `fts run` of the example's job, in this very process. Names that are none are the command's business. */
function withExample(argv) {
  const [topic, verb, name = '', ...rest] = argv
  if (topic !== 'examples' || verb !== 'run' || !/^[a-z-]+$/.test(name)) return argv
  const job = join(dirname(__dirname), 'examples', name, 'job.ts')
  if (!existsSync(job)) return argv
  process.argv.splice(2, argv.length, 'run', job, ...rest)
  return process.argv.slice(2)
}

function asksForHelp(argv) {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--help')
}

function built() {
  try {
    return require('../dist/bundle/launch.cjs')
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    return refuse('this checkout is not built yet', 'run: npm run build')
  }
}

function requireNode(major, minor) {
  const [ours, ourMinor] = process.versions.node.split('.').map(Number)
  if (ours > major || (ours === major && ourMinor >= minor)) return
  refuse(`Node ${process.versions.node} is too old`, `install Node ${major}.${minor} or newer`)
}

function refuse(what, tryThis) {
  process.stderr.write(`fts: ${what}\n  → ${tryThis}\n`)
  process.exit(2)
}
