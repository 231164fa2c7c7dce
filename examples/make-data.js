// Writes the larger data files of the examples, always the same: node examples/make-data.js
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** The contents of all files, by their path in this folder. */
export function exampleData() {
  return {
    'access-log/data/access.log': accessLog(),
    'sensors/data/readings.csv': readings(),
    'fraud/data/events.jsonl': accountEvents(),
    'recommendations/data/purchases.csv': purchases(),
    'online-regression/data/examples.jsonl': jsonLines(labelled().filter(({label}) => label !== undefined)),
    'online-regression/data/queries.jsonl': jsonLines(labelled().filter(({label}) => label === undefined)),
    'etl/data/orders.csv': orders(),
  }
}

/** Numbers in [0, 1), the same for the same seed: a linear congruential generator (Knuth's MMIX constants, upper bits). */
function numbers(seed) {
  let state = BigInt(seed)
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
    return Number(state >> 32n) / 2 ** 32
  }
}

const pick = (random, list) => list[Math.floor(random() * list.length)]
const jsonLines = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
const iso = (ms) => new Date(ms).toISOString().replace('.000', '')

/** 20 minutes of a web server; /checkout fails in minutes 7 and 8, /search a little all the time. */
function accessLog() {
  const random = numbers(1)
  const start = Date.UTC(2026, 9, 10, 13)
  const lines = []
  for (let second = 0; second < 1200; second += random() * 1.6) {
    const minute = Math.floor(second / 60)
    const path = pick(random, ['/', '/search', '/search', '/cart', '/checkout', '/login'])
    const failing = path === '/checkout' && (minute === 7 || minute === 8) ? 0.4 : path === '/search' ? 0.02 : 0.002
    const status = random() < failing ? pick(random, [500, 502, 503]) : pick(random, [200, 200, 200, 304, 404])
    // Servers write a line when the answer has gone: up to three seconds in the wrong order.
    const time = new Date(start + Math.floor(second - random() * 3) * 1000)
    const query = path === '/search' ? `?q=${pick(random, ['tea', 'cup', 'hat'])}` : ''
    lines.push(
      `10.0.${Math.floor(random() * 4)}.${Math.floor(random() * 250)} - - [${logTime(time)}] "GET ${path}${query} HTTP/1.1" ` +
        `${status} ${200 + Math.floor(random() * 9000)} "-" "Mozilla/5.0"`,
    )
  }
  return `${lines.join('\n')}\n`
}

function logTime(time) {
  const [day, , year, clock] = [time.getUTCDate(), 0, time.getUTCFullYear(), time.toISOString().slice(11, 19)]
  return `${String(day).padStart(2, '0')}/Oct/${year}:${clock} +0000`
}

/** Four sensors, a reading every ten seconds; some in the wrong order, some late, some far too late. */
function readings() {
  const random = numbers(2)
  const start = Date.UTC(2026, 9, 10, 6)
  const rows = []
  for (let second = 0; second < 600; second += 10) {
    for (const [n, sensor] of ['attic', 'cellar', 'garden', 'roof'].entries()) {
      const chance = random()
      const delay = chance < 0.02 ? 120 : chance < 0.08 ? 50 : random() * 4
      const celsius = (10 + 4 * n + Math.sin(second / 100) + random()).toFixed(1)
      const at = second + Math.floor(random() * 10)
      rows.push({comes: at + delay, line: `${sensor},${iso(start + at * 1000)},${celsius}`})
    }
  }
  rows.sort((a, b) => a.comes - b.comes)
  return `sensor,time,celsius\n${rows.map(({line}) => line).join('\n')}\n`
}

/** Fifty accounts for an hour; a few of them steal. */
function accountEvents() {
  const random = numbers(3)
  const start = Date.UTC(2026, 9, 10, 9)
  const events = []
  let next = 0
  const pay = (account, second, amount) => {
    const id = `p${next++}`
    events.push({kind: 'payment', account, id, at: start + Math.floor(second) * 1000, amount})
    return id
  }
  const confirm = (account, second, id) =>
    events.push({kind: 'confirmation', account, id, at: start + Math.floor(second) * 1000})
  for (let n = 0; n < 400; n++) {
    const account = `acc-${Math.floor(random() * 50)}`
    const second = random() * 3600
    const amount = Math.round((2 + random() ** 4 * 1400) * 100) / 100
    const id = pay(account, second, amount)
    if (amount >= 1000 && random() < 0.8) confirm(account, second + 20 + random() * 200, id)
  }
  for (let burst = 0; burst < 3; burst++) {
    const second = 300 + burst * 900
    for (let n = 0; n < 6; n++) pay(`acc-9${burst}`, second + n * 5, 30)
  }
  for (let trial = 0; trial < 4; trial++) {
    const second = 500 + trial * 700
    pay(`acc-8${trial}`, second, 0.5)
    pay(`acc-8${trial}`, second + 20 + trial * 15, 899)
  }
  events.sort((a, b) => a.at - b.at)
  return jsonLines(events)
}

/** Four days; people buy what goes together. */
function purchases() {
  const random = numbers(4)
  const start = Date.UTC(2026, 9, 10)
  const tastes = [
    ['tea', 'cup', 'biscuits', 'honey'],
    ['tent', 'lamp', 'rope', 'boots'],
    ['novel', 'lamp', 'tea', 'cup'],
  ]
  const rows = []
  for (let user = 0; user < 60; user++) {
    const taste = pick(random, tastes)
    for (let n = 0; n < 5; n++)
      rows.push({at: Math.floor(random() * 4 * 86_400) * 1000, user: `user-${user}`, item: pick(random, taste)})
  }
  rows.sort((a, b) => a.at - b.at)
  return rows.map(({at, user, item}) => `${user},${item},${iso(start + at)}\n`).join('')
}

/** The label is 1 with the probability that the true weights give; every tenth has none and is to be predicted. */
function labelled() {
  const random = numbers(5)
  const start = Date.UTC(2026, 9, 10, 12)
  const round = (value) => Math.round(value * 1000) / 1000
  return Array.from({length: 1000}, (_, n) => {
    const features = [round(random() * 4 - 2), round(random() * 4 - 2)]
    const probability = 1 / (1 + Math.exp(-(3 * features[0] - 4 * features[1] + 0.5)))
    const label = random() < probability ? 1 : 0
    const at = start + n * 1000
    return n % 10 === 9 ? {at, id: `q${n}`, features} : {at, features, label}
  })
}

/** Orders as people export them: some rows are broken. */
function orders() {
  const random = numbers(6)
  const start = Date.UTC(2026, 9, 1)
  const rows = ['order,customer,placed,item,quantity,price']
  for (let n = 1; n <= 200; n++) {
    const item = pick(random, ['tea', 'cup', '"biscuits, butter"', '"lamp ""Luna"""'])
    const fields = [
      `o-${String(n).padStart(4, '0')}`,
      `c-${Math.floor(random() * 40)}`,
      iso(start + Math.floor(random() * 30 * 86_400) * 1000),
      item,
      1 + Math.floor(random() * 5),
      (1 + random() * 80).toFixed(2),
    ]
    if (n % 41 === 0) fields[4] = 'two'
    if (n % 57 === 0) fields[5] = ''
    if (n % 67 === 0) fields.pop()
    rows.push(fields.join(','))
  }
  return `${rows.join('\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [path, text] of Object.entries(exampleData())) writeFileSync(join(HERE, path), text)
