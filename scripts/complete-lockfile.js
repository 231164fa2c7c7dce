// Adds to package-lock.json the optional packages of other platforms that npm left out, because a registry that does not have them
// makes `npm ci` refuse the lock file ("Missing: … from lock file"). Run after every `npm install` that changes the lock file.
import {readFileSync, writeFileSync} from 'node:fs'

const FILE = new URL('../package-lock.json', import.meta.url)
const PLATFORM = /(android|darwin|linux|win32|freebsd)-(arm64|x64|arm|ia32)(?:-(musl|gnu))?$/

const lock = JSON.parse(readFileSync(FILE, 'utf8'))
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key] === undefined && lock.packages[`${path}/${key}`] === undefined) {
      lock.packages[key] = optionalPackage(name, range, entry)
    }
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(FILE, `${JSON.stringify({...lock, packages: Object.fromEntries(sorted)}, null, 2)}\n`)

function optionalPackage(name, range, {dev, license}) {
  const platform = PLATFORM.exec(name)
  if (platform === null) throw new Error(`${name} is optional and missing, and its name tells no platform`)
  const [, os, cpu, libc] = platform
  return {
    version: range.replace(/^[~^]/, ''),
    cpu: [cpu],
    ...(dev ? {dev} : {}),
    ...(libc === undefined ? {} : {libc: [libc === 'gnu' ? 'glibc' : libc]}),
    license,
    optional: true,
    os: [os],
  }
}
