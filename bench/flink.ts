import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {$} from 'zx'
import type {Command} from './measure.js'
import type {PeersOptions} from './peers.js'

/** A Flink of its own, run by `-t local`: client, JobManager and TaskManager in one JVM. */
export interface Flink {
  readonly version: string
  /** The job writes its result into the folder `output`. */
  dataStreamBatch(input: string, output: string): Command
  sqlBatch(input: string, output: string): Command
  /** Running counts, every update; nothing is done with them. */
  dataStreamStreaming(input: string): Command
  /** A record scenario in SQL; streaming results are discarded. */
  records(task: 'csv-group' | 'windows', mode: 'batch' | 'streaming', input: string, output: string): Command
}

const VERSION = '2.3.0'
const JOBS = ['WordCount.java', 'SqlWordCount.java', 'RecordsSql.java']
const PACKAGE = `apache-flink-libraries==${VERSION}`

/** What the reference figures of Flink were taken with: 2 slots, 4 GB, object reuse, no checkpoints. */
const CONFIG = `
parallelism.default: 2
taskmanager.numberOfTaskSlots: 2
taskmanager.memory.managed.size: 1gb
taskmanager.memory.network.max: 256mb
pipeline.object-reuse: true
execution.batch.adaptive.auto-parallelism.enabled: false
execution.attached: true
rest.port: 0
`

/** Java 17 hides what Flink's serializers look into. Source: env.java.default-opts.all of Flink's own configuration. */
const JVM_OPTIONS = [
  '-Xmx4g',
  ...[
    'java.lang',
    'java.net',
    'java.io',
    'java.nio',
    'java.text',
    'java.time',
    'java.util',
    'java.util.concurrent',
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/java.lang.reflect=ALL-UNNAMED',
  '--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED',
  '--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED',
]

/** Flink's jars from PyPI and the two jobs, compiled here. Throws a sentence where Java, its compiler or the jars are not to be had. */
export async function findFlink(folder: string, sources: string, options: PeersOptions): Promise<Flink> {
  const java = await $({nothrow: true})`java -version`
  if (java.exitCode !== 0) throw new Error('it needs java (17 or newer) on the PATH')
  const home = join(folder, 'flink')
  if (!existsSync(join(home, 'bin/python'))) await install(home, options)
  const lib = join(await packageFolder(home), 'lib')
  const jar = await compileJobs(home, lib, sources)
  const conf = join(home, 'conf')
  await mkdir(conf, {recursive: true})
  await writeFile(join(conf, 'config.yaml'), CONFIG)
  const run = (main: string, ...args: readonly string[]): Command => ({
    argv: [
      'java',
      ...JVM_OPTIONS,
      '-cp',
      `${lib}/*`,
      'org.apache.flink.client.cli.CliFrontend',
      ...['run', '-t', 'local', '-c', main, jar, ...args],
    ],
    env: {FLINK_CONF_DIR: conf, FLINK_LIB_DIR: lib, FLINK_PLUGINS_DIR: join(home, 'plugins')},
  })
  const javaVersion = /version "([^"]+)"/.exec(java.stderr)?.[1] ?? 'unknown'
  return {
    version: `${VERSION} (Java ${javaVersion})`,
    dataStreamBatch: (input, output) => run('WordCount', 'batch', input, output),
    sqlBatch: (input, output) => run('SqlWordCount', input, output),
    dataStreamStreaming: (input) => run('WordCount', 'streaming', input),
    records: (task, mode, input, output) => run('RecordsSql', task, mode, input, output),
  }
}

async function install(home: string, {mayInstall, say}: PeersOptions): Promise<void> {
  if (!mayInstall) throw new Error('it is not installed; --with-peers installs it')
  say(`installing ${PACKAGE} …`)
  await $`python3 -m venv ${home}`
  await $`${join(home, 'bin/python')} -m pip install --quiet --disable-pip-version-check ${PACKAGE}`
}

async function packageFolder(home: string): Promise<string> {
  const [python] = (await readdir(join(home, 'lib'))).filter((name) => name.startsWith('python'))
  return join(home, 'lib', python, 'site-packages/pyflink')
}

/** The jar is named by what is in it, so that changed jobs are compiled again. */
async function compileJobs(home: string, lib: string, sources: string): Promise<string> {
  const jobs = JOBS.map((name) => join(sources, name))
  const digest = createHash('sha256')
  for (const job of jobs) digest.update(await readFile(job))
  const jar = join(home, `jobs-${digest.digest('hex').slice(0, 8)}.jar`)
  if (existsSync(jar)) return jar
  const classes = join(home, 'classes')
  const compiled = await $({nothrow: true})`javac -cp ${`${lib}/*`} -d ${classes} ${jobs}`
  if (compiled.exitCode !== 0) throw new Error(`its jobs do not compile: ${compiled.stderr.trim().slice(0, 300)}`)
  await $`jar --create --file ${jar} -C ${classes} .`
  return jar
}
