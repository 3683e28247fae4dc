import { join } from 'node:path'
import TestSequencer from '@jest/test-sequencer'

/** What takes longest, in that order: without it the last worker would be at them when all the others have ended. */
const slow = [
  'model/booking-model.test.ts',
  'attacks/attacks.test.ts',
  'attacks/controls/controls.test.ts',
  'widget/host/host-behaviours.browser.test.ts',
  'identity/reconcile/faults.test.ts',
  'bin/programs.test.ts',
  'local/run.test.ts',
  'local/approval-authentication.test.ts',
  'local/synthesize.test.ts',
  'local/chat/chat.browser.test.ts',
  'local/clients.test.ts',
  'local/restart.test.ts',
  'bin/probe/probes.test.ts',
  'widget/widget.browser.test.ts',
  'identity/terminal/pingone.test.ts',
  'widget/accessibility.browser.test.ts',
].map((file) => join(import.meta.dirname, file))

/** Jest's order knows how long each file took only where it has run before. */
export default class SlowFirst extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => (slow.includes(path) ? slow.indexOf(path) : slow.length)
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other))
  }
}
