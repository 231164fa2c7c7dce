import type {Window} from './window.js'
import type {WindowPlan} from './window-plan.js'

/** The window function that is opened and closed with the operator. */
export function functionOf<W extends Window>({computation: {finish}}: WindowPlan<W>): unknown {
  if (finish?.kind === 'apply') return finish.apply
  return finish?.kind === 'process' ? finish.process : undefined
}
