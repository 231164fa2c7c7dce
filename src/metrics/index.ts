export * from './job-view.js'
export * from './task-metrics.js'
