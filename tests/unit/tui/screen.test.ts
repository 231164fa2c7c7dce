// Goal: what a person sees: whole frames at several sizes, and what the keys do.
// Method: Ink's testing library with a fixed job; keys are written to its stdin and the last frame is read.
import {render} from 'ink-testing-library'
import {createElement} from 'react'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {JobView} from '../../../src/metrics/index.js'
import {Screen} from '../../../src/tui/screen.js'
import {jobView, vertex, wordCountView} from '../../support/job-view-examples.js'

const opened: {unmount(): void}[] = []

afterEach(() => {
  for (const one of opened.splice(0)) one.unmount()
})

/** The screen of one terminal; `press` gives back the frame after the keys. */
function show(columns: number, rows: number, view: JobView = wordCountView(), colour = false) {
  let quits = 0
  const element = (now: JobView, width = columns) =>
    createElement(Screen, {view: now, columns: width, rows, colour, hasKeys: true, onQuit: () => quits++})
  const app = render(element(view))
  opened.push(app)
  // The library's terminal has 100 columns.
  Object.defineProperty(app.stdout, 'columns', {value: columns})
  app.rerender(element(view, columns - 1))
  app.rerender(element(view))
  return {
    frame: () => plain(app.lastFrame() ?? ''),
    raw: () => app.lastFrame() ?? '',
    update: (now: JobView) => app.rerender(element(now)),
    quits: () => quits,
    /** Writes the keys once Ink listens, and gives back the first frame that shows `expected`. */
    async press(keys: string, expected: string | RegExp): Promise<string> {
      await vi.waitFor(() => expect(app.stdin.listenerCount('readable')).toBeGreaterThan(0))
      app.stdin.write(keys)
      const frame = () => plain(app.lastFrame() ?? '')
      await vi.waitFor(() => expect(frame()).toMatch(expected))
      return frame()
    },
  }
}

const ESC = '\u001B'
const DOWN = '\u001B[B'
const UP = '\u001B[A'

function plain(frame: string): string {
  const lines = frame.replace(/\u001B\[[0-9;]*m/g, '').split('\n')
  return lines.map((line) => line.trimEnd()).join('\n')
}

describe('frames', () => {
  it('the graph at 80×24', () => {
    expect(show(80, 24).frame()).toMatchInlineSnapshot(`
      "fts word count · batch                                            RUNNING 4.00 s
      ████████░░░░░░░░░░░░░░░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────────────────────────
        vertex                  tasks state      in/s   B/s out/s   B/s busy idle  bpr
      ▸ Source: lines -> words…   0/2 RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71%
        count -> out: Writer      0/2 RUNNING   47.0k  880K     0     0  94%   6%   0%

        subtask              slot     state      in/s   B/s out/s   B/s busy idle  bpr
        #0                   tm-1/0   RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71%
        #1                   tm-1/1   RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71%








      ────────────────────────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input is backpressured
      71 %
      Tab view  ↑↓ select  Enter slots  ? help  q cancel"
    `)
  })

  it('the graph at 120×40', () => {
    expect(show(120, 40).frame()).toMatchInlineSnapshot(`
      "fts word count · batch                                                                                    RUNNING 4.00 s
      █████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        vertex                                     tasks state      in/s   B/s out/s   B/s busy idle  bpr time
      ▸ Source: lines -> words -> local count        0/2 RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71% █████▒▒▒▒▒▒▒▒▒▒▒▒▒▒·
        count -> out: Writer                         0/2 RUNNING   47.0k  880K     0     0  94%   6%   0% ███████████████████·

        subtask                                 slot     state      in/s   B/s out/s   B/s busy idle  bpr time
        #0                                      tm-1/0   RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71% █████▒▒▒▒▒▒▒▒▒▒▒▒▒▒·
        #1                                      tm-1/1   RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71% █████▒▒▒▒▒▒▒▒▒▒▒▒▒▒·

























      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input is backpressured 71 %
      Tab view  ↑↓ select  Enter slots  ? help  q cancel"
    `)
  })

  it('the graph at 60×15', () => {
    expect(show(60, 15).frame()).toMatchInlineSnapshot(`
      "fts word count · batch                        RUNNING 4.00 s
      ██░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────
        vertex               tasks state      in/s out/s busy  bpr
      ▸ Source: lines -> wo…   0/2 RUNNING   1.25M 48.0k  24%  71%
        count -> out: Writer   0/2 RUNNING   47.0k     0  94%   0%

        subtask                 slot     state      in/s busy  bpr
        … 2 more lines
      ────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input
      is backpressured 71 %
      Tab view  ↑↓ select  Enter slots  ? help  q cancel"
    `)
  })

  it('the TaskManagers at 80×24', async () => {
    expect(await show(80, 24).press('2', '▸ slot 0')).toMatchInlineSnapshot(`
      "fts word count · batch                                            RUNNING 4.00 s
      ████████░░░░░░░░░░░░░░░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────────────────────────
      tm-1 pid 4711 alive  memory ███░░░░░░░ 128 MiB of 512 MiB · started in 34 ms
        managed 12.0 MiB of 200 MiB · heap 45.0 MiB · buffers 120/512 · CPU 1.23 s
      ▸ slot 0   allocated Source: lines -> words -… #0, count -> out: Writer #0
        slot 1   allocated Source: lines -> words -… #1, count -> out: Writer #1
        slot 2   free










      ────────────────────────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input is backpressured
      71 %
      Tab view  ↑↓ select  Enter look in  Esc back  ? help  q cancel"
    `)
  })

  it('a slot at 80×24', async () => {
    expect(await show(80, 24).press('3', 'slot 0 of')).toMatchInlineSnapshot(`
      "fts word count · batch                                            RUNNING 4.00 s
      ████████░░░░░░░░░░░░░░░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────────────────────────
      slot 0 of tm-1 (pid 4711), allocated

      task                            state      in/s   B/s out/s   B/s busy idle  bpr
      Source: lines -> words -> loca… RUNNING   1.25M 82.0M 48.0k  900K  24%   5%  71%
        in 2,500,000 records, 164 MiB (outside) · out 96,000 records, 1.76 MiB
        expanded 0 · combined 0 · filtered 0 · bad 0
        attempt 0 · buffers in 0/0 · out 0/0 · managed 0 B · spilled 0 B
      count -> out: Writer #0         RUNNING   47.0k  880K     0     0  94%   6%   0%
        in 94,000 records, 1.72 MiB · out 0 records, 0 B
        expanded 0 · combined 90,000 · filtered 0 · bad 0
        attempt 0 · buffers in 30/64 · out 0/0 · managed 6.00 MiB · spilled 0 B




      ────────────────────────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input is backpressured
      71 %
      Tab view  ↑↓ select  Esc back  ? help  q cancel"
    `)
  })

  it('the help at 80×24', async () => {
    expect(await show(80, 24).press('?', 'this page')).toMatchInlineSnapshot(`
      "fts word count · batch                                            RUNNING 4.00 s
      ████████░░░░░░░░░░░░░░░░░░ 32 % · 328 MiB of 1.00 GiB · 82.0 MiB/s · 8.49 s left
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────────────────────────
      1 2 3, Tab   graph, TaskManagers, slot; the next view
      ↑ ↓, k j     select a vertex or a slot
      Enter        look into the selected slot
      Esc          back
      q, Ctrl-C    cancel the job
      ?            this page

      in/s, out/s  records per second from and to other vertices or the outside; B/s:…
      busy         share of the time spent working (█)
      bpr          backpressured: waiting because what follows is full (▒)
      idle         waiting for input (·)




      ────────────────────────────────────────────────────────────────────────────────
      count -> out: Writer is the bottleneck: 94 % busy, its input is backpressured
      71 %
      Esc back  q cancel"
    `)
  })

  it('a job of which nothing runs yet, with unbounded input', () => {
    const {progress: _, ...unbounded} = jobView({status: 'CREATED', mode: 'streaming', durationMs: 12})
    expect(show(60, 15, unbounded).frame()).toMatchInlineSnapshot(`
      "fts word count · streaming                     CREATED 12 ms
      unbounded input · 12 ms · 0 records in · 0 records/s
       1 graph   2 TaskManagers   3 slot
      ────────────────────────────────────────────────────────────
        vertex               tasks state      in/s out/s busy  bpr






      ────────────────────────────────────────────────────────────
      nothing has run yet
      Tab view  ↑↓ select  Enter slots  ? help  q cancel"
    `)
  })

  it.each([
    [80, 24],
    [60, 15],
    [120, 40],
    [40, 10],
    [20, 5],
    [10, 3],
  ])('%d×%d: one row less than the terminal, no line wider than it', (columns, rows) => {
    const lines = show(columns, rows).frame().split('\n')
    expect(lines.length).toBe(rows - 1)
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns)
  })

  it('checkpoints and restarts have a line of their own', () => {
    const last = {
      checkpointId: 7,
      path: '/ck/chk-7',
      triggeredAtMs: 0,
      durationMs: 42,
      stateBytes: 3 * 1024 * 1024,
      checkpointedBytes: 100,
      alignmentMs: 1,
      isUnaligned: false,
      persistedInFlightBytes: 0,
    }
    const counts = {completed: 7, failed: 0, inProgress: 0, longestStopMs: 1}
    const thirdLine = (given: Partial<JobView>) =>
      show(80, 24, {...wordCountView(), ...given})
        .frame()
        .split('\n')[2]
    expect(thirdLine({checkpoints: counts})).toBe('no checkpoint yet')
    expect(thirdLine({checkpoints: {...counts, failed: 2, last}})).toBe('checkpoint 7 · 42 ms · 3.00 MiB · 2 failed')
    const failures = [{atMs: 0, kind: 'restartable', code: 'FTS_TASKMANAGER_LOST', message: 'tm-1 was killed'}] as const
    expect(thirdLine({checkpoints: {...counts, last}, restarts: 2, failures})).toBe(
      'checkpoint 7 · 42 ms · 3.00 MiB · restarted 2 times: tm-1 was killed',
    )
  })

  it('without colour: only bold, dim and inverse', () => {
    const codes = (colour: boolean) =>
      new Set(
        [
          ...show(80, 24, wordCountView(), colour)
            .raw()
            .matchAll(/\u001B\[(\d+)m/g),
        ].map((match) => match[1]),
      )
    expect([...codes(false)].sort()).toEqual(['1', '2', '22', '27', '7'])
    expect([...codes(true)]).toContain('32')
  })

  it('control characters of a name do not reach the terminal', () => {
    const name = 'evil\u001B[2Jname\r\n'
    const view = jobView({name, vertices: [vertex('v', {name})]})
    const raw = show(80, 24, view).raw()
    expect(raw).not.toContain('\u001B[2J')
    expect(plain(raw)).toContain('evil\uFFFD[2Jname')
  })

  it('more vertices than rows: the selected one is seen, and how many are not', async () => {
    const names = Array.from({length: 30}, (_, i) => `v${i}`)
    const screen = show(60, 15, jobView({vertices: names.map((name) => vertex(name))}))
    expect(screen.frame()).toContain('more lines')
    const frame = await screen.press('j'.repeat(20), '▸ v20 ')
    expect(frame.split('\n').length).toBe(14)
  })
})

describe('keys', () => {
  it('Tab goes through the views', async () => {
    const screen = show(80, 24)
    await screen.press('\t', '▸ slot 0')
    await screen.press('\t', 'slot 0 of tm-1')
    await screen.press('\t', '▸ Source: lines')
  })

  it('arrows select, Enter looks in, Esc goes back', async () => {
    const screen = show(80, 24)
    await screen.press('\r', '▸ slot 0')
    await screen.press(DOWN, '▸ slot 1')
    await screen.press('\r', 'slot 1 of tm-1')
    await screen.press(ESC, '▸ slot 1')
    await screen.press(UP, '▸ slot 0')
  })

  it('a selection stays within what there is', async () => {
    const screen = show(80, 24)
    await screen.press('2', '▸ slot 0')
    await screen.press('jjjjjjj', '▸ slot 2')
    await screen.press('\r', 'No task runs here now.')
    await screen.press('kkkkkkk', 'slot 0 of tm-1')
  })

  it('q and Ctrl-C ask to quit, each time', async () => {
    const screen = show(80, 24)
    await screen.press('q', 'RUNNING')
    await screen.press('\u0003', 'RUNNING')
    await vi.waitFor(() => expect(screen.quits()).toBe(2))
  })

  it('? shows the help and takes it away', async () => {
    const screen = show(80, 24)
    await screen.press('?', 'this page')
    await screen.press('?', '▸ Source: lines')
  })
})

it('a new view is drawn with the choice kept', async () => {
  const screen = show(80, 24)
  await screen.press('2j', '▸ slot 1')
  screen.update(wordCountView({status: 'CANCELLING', durationMs: 5000}))
  await vi.waitFor(() => expect(screen.frame()).toMatch(/CANCELLING 5\.00 s$/m))
  expect(screen.frame()).toContain('▸ slot 1')
})
