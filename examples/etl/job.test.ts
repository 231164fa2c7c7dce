import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {INCOMPLETE, main, type OrderRow, toOrders} from './job.js'

const ROW: OrderRow = {
  order: 'o-1',
  customer: 'c-1',
  placed: new Date(Date.UTC(2026, 9, 1)),
  item: 'tea',
  quantity: 3,
  price: 1.1,
}

test('a row becomes an order, with its total in whole cents', async () => {
  const job = new JobDriver({parallelism: 2})
  const rows = job.source<OrderRow>().emit(ROW)
  const {orders, incomplete} = job.collect(() => {
    const orders = toOrders(rows.stream)
    return {orders, incomplete: orders.getSideOutput(INCOMPLETE)}
  })
  await job.run()
  const order = {
    order: 'o-1',
    customer: 'c-1',
    placed: '2026-10-01T00:00:00.000Z',
    item: 'tea',
    quantity: 3,
    total: 3.3,
  }
  assert.deepEqual(orders.values, [order])
  assert.deepEqual(incomplete.values, [])
})

test('what is missing is named', async () => {
  const job = new JobDriver()
  const rows = job.source<OrderRow>().emit({...ROW, price: null, item: null})
  const incomplete = job.collect(() => toOrders(rows.stream).getSideOutput(INCOMPLETE))
  await job.run()
  assert.equal(incomplete.values[0].reason, 'item, price missing')
  assert.equal(JSON.parse(incomplete.values[0].row).order, 'o-1')
})

test('the whole program gives every row either to the orders or to the dead letters', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'etl-'))
  const input = join(folder, 'orders.csv')
  const good = 'o-1,c-1,2026-10-01T08:00:00Z,"tea, green",2,1.25'
  const bad = ['o-2,c-1,2026-10-01T08:00:00Z,tea,two,1.25', 'o-3,c-1,2026-10-01T08:00:00Z,tea,2', 'o-4,,,tea,2,']
  writeFileSync(input, `${['order,customer,placed,item,quantity,price', good, ...bad].join('\n')}\n`)
  const job = new JobDriver({parallelism: 2})
  await job.runProgram(() => main([input]))
  rmSync(folder, {recursive: true})
  assert.deepEqual(
    job.printed.map((line) => JSON.parse(line).total),
    [2.5],
  )
  const reasons = job.printedToErr.map((line) => JSON.parse(line).reason).sort()
  assert.equal(reasons.length, 3)
  assert.match(reasons[0], /^line 3 of orders.csv: .*two/)
  assert.match(reasons[1], /^line 4 of orders.csv: expected 6 fields, found 5/)
  assert.equal(reasons[2], 'placed, price missing')
})
