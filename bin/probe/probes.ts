import type { Probe } from './probe.ts'
import { actExpression } from './probes/act-expression.ts'
import { actWithoutSubjectToken } from './probes/act-without-subject-token.ts'
import { approvalByEmail } from './probes/approval-by-email.ts'
import { assertionReplay } from './probes/assertion-replay.ts'
import { bracesOnThePage } from './probes/braces-on-the-page.ts'
import { challengeHeader } from './probes/challenge-header.ts'
import { cibaUnknownPerson } from './probes/ciba-unknown-person.ts'
import { cibaUnknownRequest } from './probes/ciba-unknown-request.ts'
import { decisionAnswer } from './probes/decision-answer.ts'
import { decisionParameterTypes } from './probes/decision-parameter-types.ts'
import { decisionRole } from './probes/decision-role.ts'
import { declineByEmail } from './probes/decline-by-email.ts'
import { declinedPush } from './probes/declined-push.ts'
import { decodedPath } from './probes/decoded-path.ts'
import { discoveryDocument } from './probes/discovery-document.ts'
import { exchangeActorChain } from './probes/exchange-actor-chain.ts'
import { exchangeBadToken } from './probes/exchange-bad-token.ts'
import { exchangeWidens } from './probes/exchange-widens.ts'
import { flowSettings } from './probes/flow-settings.ts'
import { headAnswer } from './probes/head-answer.ts'
import { introspectionAfterDeletion } from './probes/introspection-after-deletion.ts'
import { introspectionAfterRevocation } from './probes/introspection-after-revocation.ts'
import { introspectionMembers } from './probes/introspection-members.ts'
import { kmsSignature } from './probes/kms-signature.ts'
import { largeBody } from './probes/large-body.ts'
import { lateLink } from './probes/late-link.ts'
import { linkOpenedTwice } from './probes/link-opened-twice.ts'
import { notificationPolicy } from './probes/notification-policy.ts'
import { oddTargets } from './probes/odd-targets.ts'
import { openidGrant } from './probes/openid-grant.ts'
import { passkeyOnThePage } from './probes/passkey-on-the-page.ts'
import { policyEditor } from './probes/policy-editor.ts'
import { privateKeyJwt } from './probes/private-key-jwt.ts'
import { rateLimitHeaders } from './probes/rate-limit-headers.ts'
import { refreshGrace } from './probes/refresh-grace.ts'
import { repeatedHeader } from './probes/repeated-header.ts'
import { resourceIndicator } from './probes/resource-indicator.ts'
import { secretByPartialArn } from './probes/secret-by-partial-arn.ts'
import { secretNameLikeASuffix } from './probes/secret-name-like-a-suffix.ts'
import { sessionAfterApproval } from './probes/session-after-approval.ts'
import { severalDevices } from './probes/several-devices.ts'
import { signingKeys } from './probes/signing-keys.ts'
import { tokenType } from './probes/token-type.ts'
import { unknownFlowProperties } from './probes/unknown-flow-properties.ts'
import { unknownMember } from './probes/unknown-member.ts'
import { wrongClientSecret } from './probes/wrong-client-secret.ts'

/** In this order: what is cheap first, what takes a person at the end of its part. */
export const probes: readonly Probe[] = [
  discoveryDocument,
  signingKeys,
  rateLimitHeaders,
  wrongClientSecret,
  policyEditor,
  unknownMember,
  openidGrant,
  actExpression,
  tokenType,
  introspectionMembers,
  introspectionAfterRevocation,
  introspectionAfterDeletion,
  resourceIndicator,
  refreshGrace,
  actWithoutSubjectToken,
  exchangeActorChain,
  exchangeWidens,
  exchangeBadToken,
  privateKeyJwt,
  assertionReplay,
  decisionAnswer,
  decisionParameterTypes,
  decisionRole,
  unknownFlowProperties,
  flowSettings,
  cibaUnknownPerson,
  cibaUnknownRequest,
  approvalByEmail,
  declineByEmail,
  bracesOnThePage,
  lateLink,
  linkOpenedTwice,
  sessionAfterApproval,
  notificationPolicy,
  severalDevices,
  declinedPush,
  passkeyOnThePage,
  challengeHeader,
  decodedPath,
  largeBody,
  repeatedHeader,
  oddTargets,
  headAnswer,
  secretByPartialArn,
  secretNameLikeASuffix,
  kmsSignature,
]
