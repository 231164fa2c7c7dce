import {writeBlockFile} from './block-file.js'
import {newRandom, type Random} from './random.js'
import type {TextFacts} from './zipf-text.js'

/** What a record needs at most. */
const RECORD_BYTES_MAX = 512
/** Where the events' time begins, in ms since the epoch. */
const FIRST_MS = 1_700_000_000_000
/** How much earlier than the latest one an event may be. */
export const LATE_MS_MAX = 2000
const EVENTS_PER_MS = 50
const USERS = 100_000

/** The names of 50 categories as they stand in CSV: one with a comma inside of quotes, and a rare one with quotes inside of quotes. */
const CATEGORIES = Array.from({length: 50}, (_, index) => {
  if (index === 20) return '"home, garden"'
  return index === 49 ? '"7"" vinyl"' : `${'abcdefghij'[index % 10]}-category-${index}`
})
const SERVICES = ['checkout', 'search', 'catalog', 'payment', 'login', 'cart', 'mail', 'stock', 'prices', 'reviews']
const LEVELS = ['INFO', 'DEBUG', 'WARN', 'ERROR']

/**
 * Orders as CSV with a header: `ts,user_id,item_id,category,price`. Times grow by 1 ms in 50 records, each up to 2 s earlier than the latest;
 * 100,000 users; 50 categories, half of the records in the first 15; prices from 0.01 to 999.99. About 41 bytes a record.
 */
export function writeOrders(path: string, records: number, seed: number): Promise<TextFacts> {
  const random = newRandom(seed)
  return writeRecords(path, records, 'ts,user_id,item_id,category,price\n', (index) => order(index, random))
}

/** A service's log as JSON lines of eight fields; one line in 100 has escapes, a tenth is of level ERROR. About 185 bytes a line. */
export function writeLog(path: string, records: number, seed: number): Promise<TextFacts> {
  const random = newRandom(seed)
  return writeRecords(path, records, '', (index) => logLine(index, random))
}

async function writeRecords(
  path: string,
  records: number,
  header: string,
  record: (index: number) => string,
): Promise<TextFacts> {
  let next = 0
  const sizeBytes = await writeBlockFile(path, (block) => {
    let at = next === 0 ? block.write(header, 0, 'latin1') : 0
    while (next < records && at < block.length - RECORD_BYTES_MAX) at += block.write(record(next++), at, 'latin1')
    return next === records && at === 0 ? 0 : at
  })
  return {sizeBytes, words: 0, lines: records}
}

function order(index: number, random: Random): string {
  const at = FIRST_MS + Math.floor(index / EVENTS_PER_MS) - (random() % LATE_MS_MAX)
  const share = random() / 2 ** 32
  const category = CATEGORIES[Math.floor(share * share * CATEGORIES.length)]
  const cents = 1 + (random() % 99_999)
  const price = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
  return `${at},${random() % USERS},${random() % 10_000},${category},${price}\n`
}

function logLine(index: number, random: Random): string {
  const at = new Date(FIRST_MS + index).toISOString()
  const dice = random() % 1000
  const level = LEVELS[dice < 100 ? 3 : dice < 250 ? 2 : dice < 500 ? 1 : 0]
  const service = SERVICES[random() % SERVICES.length]
  const message = random() % 100 === 0 ? 'refused: \\"no such item\\"\\n' : 'request finished'
  const latency = (random() % 1_000_000) / 1000
  const status = level === 'ERROR' ? 500 + (dice % 5) : 200
  return `{"ts":"${at}","level":"${level}","service":"${service}","status":${status},"latency_ms":${latency},"path":"/api/v1/${service}/${random() % 10_000}","user":"u${random() % USERS}","msg":"${message}"}\n`
}
