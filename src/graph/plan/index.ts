export * from './job-plan.js'
export * from './network-buffers.js'
export * from './plan-json.js'
export * from './plan-mermaid.js'
