import type {JobGraphSpec} from '../specs.js'
import {jobPlan, type PlanNode} from './job-plan.js'

/** A job's plan as a Mermaid flowchart: a box for each chain, its operators in it, exchanges between them. */
export function planMermaid(graph: JobGraphSpec): string {
  const nodes = jobPlan(graph)
  const boxes = graph.vertices.flatMap((vertex, index) => [
    `  subgraph v${index + 1}["${label(`parallelism ${vertex.parallelism}`)}"]`,
    ...nodes.filter((node) => node.vertex === vertex).map((node) => `    ${shape(node)}`),
    '  end',
  ])
  const edges = nodes.flatMap(({id, predecessors}) =>
    predecessors.map((edge) =>
      edge.isChained ? `  n${edge.id} --> n${id}` : `  n${edge.id} ==>|${edge.shipStrategy.toLowerCase()}| n${id}`,
    ),
  )
  return ['flowchart LR', ...boxes, ...edges, ''].join('\n')
}

function shape({id, operator, pact}: PlanNode): string {
  const text = `"${label(operator.name)}"`
  return pact === 'Operator' ? `n${id}[${text}]` : `n${id}([${text}])`
}

/** Within quotes Mermaid takes anything but quotes; entities it writes with `#`. */
function label(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;')
}
