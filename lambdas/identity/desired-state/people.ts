// Who may use MyHotels from ChatGPT, and how they sign in.
import type { DesiredObject } from './desired-object.ts'
import { names } from './names.ts'
import { owned } from './ownership.ts'

export function describePeople(): DesiredObject[] {
  return [
    {
      key: 'group.chatgptUser',
      kind: 'group',
      name: names.group,
      wanted: {
        name: names.group,
        description: owned('People in this group may use MyHotels from ChatGPT.'),
      },
    },
    {
      key: 'signOnPolicy.login',
      kind: 'signOnPolicy',
      name: 'MyHotels_Login',
      wanted: {
        name: 'MyHotels_Login',
        description: owned('User name and password for the ChatGPT connection.'),
      },
    },
    {
      key: 'signOnAction.login',
      kind: 'signOnAction',
      parent: 'signOnPolicy.login',
      name: 'LOGIN',
      // Registration is off: an account that a stranger makes for themselves would reach the consent page.
      wanted: { type: 'LOGIN', priority: 1, recovery: { enabled: true }, registration: { enabled: false } },
    },
  ]
}
