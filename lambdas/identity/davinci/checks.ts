import { alternates } from './checks/alternates.ts'
import { answersTheRequest } from './checks/answers-the-request.ts'
import { asksOneKnownPerson } from './checks/asks-one-known-person.ts'
import { authenticatesFirst } from './checks/authenticates-first.ts'
import { claimRows } from './checks/claim-rows.ts'
import { claimsEveryOutcome } from './checks/claims-every-outcome.ts'
import { endsCiba } from './checks/ends-ciba.ts'
import { entriesHaveEdges } from './checks/entries-have-edges.ts'
import { errorsHaveAPage } from './checks/errors-have-a-page.ts'
import { fillsInForms } from './checks/fills-in-forms.ts'
import { goesOnEitherWay } from './checks/goes-on-either-way.ts'
import { hasUniqueIds } from './checks/has-unique-ids.ts'
import { joinsNodes } from './checks/joins-nodes.ts'
import { knowsCapabilities } from './checks/knows-capabilities.ts'
import { knowsConditions } from './checks/knows-conditions.ts'
import { knowsMethods } from './checks/knows-methods.ts'
import { knowsProperties } from './checks/knows-properties.ts'
import { knowsReferences } from './checks/knows-references.ts'
import { linksOutOfBand } from './checks/links-out-of-band.ts'
import { namesInstances } from './checks/names-instances.ts'
import { offersEveryOutcome } from './checks/offers-every-outcome.ts'
import { runsEverything } from './checks/runs-everything.ts'
import { setsRequired } from './checks/sets-required.ts'
import { settings } from './checks/settings.ts'
import { startsOnce } from './checks/starts-once.ts'
import type { FlowCheck } from './flow.ts'

/** Groups in order: the next is asked when the one before found nothing. */
export const flowChecks: readonly (readonly FlowCheck[])[] = [
  [hasUniqueIds, joinsNodes],
  [alternates, startsOnce, runsEverything, knowsConditions, entriesHaveEdges],
  [
    knowsCapabilities,
    knowsProperties,
    setsRequired,
    namesInstances,
    offersEveryOutcome,
    claimsEveryOutcome,
    fillsInForms,
    goesOnEitherWay,
    errorsHaveAPage,
    knowsReferences,
    claimRows,
    knowsMethods,
    settings,
  ],
  [linksOutOfBand, answersTheRequest, endsCiba],
  [authenticatesFirst, asksOneKnownPerson],
]
