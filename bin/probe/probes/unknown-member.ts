import { brief } from '../answer.ts'
import type { Probe } from '../probe.ts'
import { probeMark } from '../scratch.ts'

export const unknownMember: Probe = {
  id: 'unknown-member',
  about: 'PingOne',
  asks: 'Is an application with a member that PingOne does not know taken?',
  expects: 'No: 400 `INVALID_DATA` or `INVALID_REQUEST`.',
  otherwise: {
    means: 'A misspelt setting of an application is dropped without a word.',
    change: '`npm run pingone -- verify` still notices it; nothing needs to change.',
  },
  async ask({ pingOne, scratch, record }) {
    const name = scratch.name('misspelt')
    const answer = await pingOne.api('POST', 'applications', {
      body: {
        name,
        description: probeMark,
        enabled: true,
        type: 'WEB_APP',
        protocol: 'OPENID_CONNECT',
        grantTypes: ['CLIENT_CREDENTIALS'],
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
        tokenEndpointAuthMetod: 'CLIENT_SECRET_POST',
      },
    })
    scratch.onEnd(async () => {
      for (const { id, name: other } of await pingOne.management.list('applications', 'applications'))
        if (other === name) await pingOne.management.delete(`applications/${id}`)
    })
    record('refusal', answer)
    return { asExpected: answer.status === 400, saw: brief(answer) }
  },
}
