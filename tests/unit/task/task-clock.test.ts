/**
 * Goal: a task's time is booked once: busy + idle + backpressured is its life.
 * Method: a clock that the test moves.
 */
import {expect, it} from 'vitest'
import {TaskMetrics} from '../../../src/metrics/index.js'
import {TaskClock} from '../../../src/task/task-clock.js'

it('books each moment to exactly one activity', () => {
  const metrics = new TaskMetrics()
  const clock = new TaskClock(metrics, 100)
  clock.change('idle', 110)
  clock.change('idle', 120)
  clock.change('backPressured', 150)
  clock.book(155)
  clock.change('busy', 160)
  clock.book(161)
  expect({
    busy: metrics.get('busyMs'),
    idle: metrics.get('idleMs'),
    backPressured: metrics.get('backPressuredMs'),
  }).toEqual({busy: 11, idle: 40, backPressured: 10})
})
