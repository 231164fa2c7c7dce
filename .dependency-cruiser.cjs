/**
 * The rooms of src/ in reading order, what lives there, and which rooms each may open (by index.ts only). A wrong import fails
 * with a sentence that says where the code belongs. The same table, with a line a room, is src/README.md.
 *
 * A room that is new gets a row here, a README.md in its folder and a line in src/README.md; tests/unit/house checks all three.
 */
const ROOMS = {
  core: {lives: 'ids, key groups, states, errors, assert; no package, no node module', opens: []},
  config: {lives: 'the one table of options', opens: ['core']},
  platform: {lives: 'time, randomness, sockets and logs: the one door to the outside', opens: ['core']},
  metrics: {lives: 'counters, what can be shown of a job, summaries', opens: ['core']},
  columns: {lives: 'batches and the kernels over bytes and columns', opens: ['core']},
  types: {lives: 'serializers of batches', opens: ['core', 'columns']},
  memory: {lives: 'the budget of a TaskManager and who holds how much of it', opens: ['core', 'config']},
  io: {lives: 'asynchronous files and spilling', opens: ['core', 'config', 'platform']},
  graph: {lives: 'StreamGraph, JobGraph, chaining; plain data', opens: ['core', 'config', 'types']},
  state: {lives: 'keyed and operator state, TTL, timers', opens: ['core', 'types', 'metrics', 'columns']},
  operators: {
    lives: 'the operator contract, one operator a file',
    opens: ['core', 'columns', 'types', 'memory', 'io', 'metrics', 'state'],
  },
  connectors: {
    lives: 'sources and sinks',
    opens: ['core', 'config', 'types', 'columns', 'operators', 'platform', 'io', 'metrics'],
  },
  shuffle: {
    lives: 'frames, partitioners, credit, channels, gates',
    opens: ['core', 'config', 'types', 'columns', 'graph', 'platform', 'metrics', 'memory'],
  },
  checkpoint: {
    lives: 'the checkpoint coordinator, its storage and formats; files of state',
    opens: ['core', 'config', 'platform'],
  },
  task: {
    lives: 'the mailbox, the chain and the slot that runs them',
    opens: [
      'core',
      'config',
      'columns',
      'types',
      'graph',
      'operators',
      'connectors',
      'shuffle',
      'checkpoint',
      'platform',
      'metrics',
      'memory',
      'io',
    ],
  },
  rpc: {lives: 'control messages, their frames, heartbeats', opens: ['core', 'types', 'graph', 'platform', 'metrics']},
  leadership: {
    lives: 'who of several JobManagers leads, and what a leader has decided for good',
    opens: ['core', 'config', 'platform', 'graph', 'metrics'],
  },
  jobmanager: {
    lives: 'dispatcher, job master, scheduler, slots; never user code',
    opens: ['core', 'config', 'graph', 'rpc', 'checkpoint', 'leadership', 'platform', 'metrics'],
  },
  taskmanager: {
    lives: 'the forked process: executor, slot table, slot threads',
    opens: [
      'core',
      'config',
      'columns',
      'graph',
      'operators',
      'connectors',
      'shuffle',
      'task',
      'job',
      'rpc',
      'checkpoint',
      'leadership',
      'platform',
      'metrics',
      'memory',
      'io',
    ],
  },
  cluster: {
    lives: 'starting and stopping the processes, the run directory',
    opens: [
      'core',
      'config',
      'connectors',
      'checkpoint',
      'platform',
      'rpc',
      'graph',
      'metrics',
      'leadership',
      'jobmanager',
    ],
  },
  tui: {lives: 'Ink screens over a job view', opens: ['core', 'metrics']},
  api: {
    lives: 'what a program sees: environment, streams; from a program to a JobGraph',
    opens: ['core', 'config', 'columns', 'types', 'graph', 'state', 'operators', 'connectors', 'platform'],
  },
  embedded: {
    lives: 'programs that run themselves, without the command line',
    opens: ['core', 'config', 'platform', 'graph', 'metrics', 'api', 'job', 'cluster'],
  },
  testing: {
    lives: 'pipelines and operators under test, in one thread and without time of their own',
    opens: [
      'core',
      'config',
      'columns',
      'graph',
      'operators',
      'connectors',
      'api',
      'shuffle',
      'checkpoint',
      'task',
      'jobmanager',
      'platform',
      'metrics',
      'memory',
      'io',
    ],
  },
  prove: {
    lives: "a program's job on a simulated cluster, with failures, compared with an undisturbed run",
    opens: [
      'core',
      'config',
      'columns',
      'graph',
      'operators',
      'connectors',
      'api',
      'shuffle',
      'checkpoint',
      'task',
      'rpc',
      'leadership',
      'jobmanager',
      'taskmanager',
      'platform',
      'metrics',
      'memory',
      'io',
      'cluster',
      'job',
    ],
  },
  pipe: {
    lives: 'the language of one-liners: sources, log parsers, forms of output',
    opens: ['core', 'config', 'columns', 'operators', 'connectors', 'api'],
  },
  job: {
    lives: "bundling a program, loading it where it is started and in a slot's thread",
    opens: ['core', 'config', 'columns', 'types', 'graph', 'platform', 'metrics', 'api', 'pipe'],
  },
}

/** What commands/ may open; the screen only by a lazy import, because Ink takes longer to load than a small job to run. */
const COMMANDS_OPEN = [
  'core',
  'config',
  'state',
  'checkpoint',
  'platform',
  'metrics',
  'memory',
  'operators',
  'api',
  'pipe',
  'job',
  'graph',
  'cluster',
  'prove',
]

const anyOf = (names) => `(${names.join('|')})`

function roomRule([room, {lives, opens}]) {
  const allowed = [room, ...opens]
  return {
    name: `src/${room}`,
    severity: 'error',
    comment:
      `src/${room} (${lives}) may open ${opens.length === 0 ? 'no other room' : opens.join(', ')}. ` +
      'Move what you need into one of these, or hand it in from where the parts are plugged together.',
    from: {path: `^src/${room}/`},
    to: {path: '^(src|commands)/', pathNot: `^src/${anyOf(allowed)}/`},
  }
}

function frontDoorRule([room]) {
  return {
    name: `front door of src/${room}`,
    severity: 'error',
    comment: `Other rooms open src/${room} by its index.ts only: export what you need there, or it is not meant for you.`,
    // src/index.ts is the front door of them all: it shows what a program sees, and nothing else of the api.
    from: {path: '^(src|commands|bench)/', pathNot: `^src/(${room}/|index\\.ts$)`},
    to: {path: `^src/${room}/`, pathNot: `^src/${room}/index\\.tsx?$`},
  }
}

/** `package` may be imported only from files that match `from`. */
function packageRule({packages, from, why}) {
  return {
    name: `${packages.join(', ')} only in ${from}`,
    severity: 'error',
    comment: why,
    from: {path: '^(src|commands|bench)/', pathNot: `^${from}/`},
    to: {path: `(^|/)node_modules/${anyOf(packages)}/`},
  }
}

module.exports = {
  rooms: ROOMS,
  forbidden: [
    ...Object.entries(ROOMS).map(roomRule),
    ...Object.entries(ROOMS).map(frontDoorRule),
    {
      name: 'src/core is pure',
      severity: 'error',
      comment:
        'core is read by every room and runs everywhere: no package and no node module. platform is the door outside.',
      from: {path: '^src/core/'},
      to: {dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown']},
    },
    {
      name: 'commands open services',
      severity: 'error',
      comment: `commands/ parse, call one service and print; they open ${COMMANDS_OPEN.join(', ')}, and tui lazily.`,
      from: {path: '^commands/'},
      to: {path: '^src/', pathNot: `^src/${anyOf([...COMMANDS_OPEN, 'tui'])}/`},
    },
    {
      name: 'the screen is loaded when it is shown',
      severity: 'error',
      comment: 'Loading Ink takes longer than a small job: import tui inside the function that shows it.',
      from: {path: '^(commands|src)/', pathNot: '^src/tui/'},
      to: {path: '^src/tui/', dependencyTypesNot: ['dynamic-import', 'type-only']},
    },
    packageRule({
      packages: ['ink', 'react', '@inkjs/ui'],
      from: 'src/tui',
      why: 'Ink and React belong to src/tui; everything else works on a JobView.',
    }),
    packageRule({
      packages: ['@oclif/core', '@oclif/plugin-help'],
      from: 'commands',
      why: 'The engine does not know that it has a command line: oclif belongs to commands/ and bin/.',
    }),
    {
      name: 'no circles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or the third thing that both need has no file yet.',
      from: {path: '^(src|commands)/'},
      to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsConfig: {fileName: 'tsconfig.json'},
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {exportsFields: ['exports'], conditionNames: ['import', 'node', 'default']},
  },
}
