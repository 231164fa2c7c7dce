#!/usr/bin/env node
// For contributors: builds first, then runs. TaskManagers are forked from compiled files, so there is no way around the build.
const {spawnSync} = require('node:child_process')
const {join} = require('node:path')

const build = spawnSync(process.execPath, [join(__dirname, '../scripts/build.js')], {stdio: ['ignore', 2, 2]})
if (build.status !== 0) process.exit(build.status ?? 1)
require('./run.js')
