import { type Capability, succeeded } from '../capability.ts'

/** Makes the link that leads to the `oobContinue` on the same evaluator. */
export const oobStart: Capability = {
  connector: 'flowConnector',
  name: 'oobStart',
  run(call) {
    const challenge = call.newChallenge()
    const seconds = Number(call.text('challengeExpiry'))
    // PingOne's default is not documented; the request that waits for the person ends sooner than this.
    const expiresAt = call.clock() + (seconds > 0 ? seconds : 3600) * 1000
    return succeeded({ challenge, continueLink: call.linkTo(challenge) }, [
      { kind: 'link', challenge, parent: call.parent, expiresAt },
    ])
  },
}
